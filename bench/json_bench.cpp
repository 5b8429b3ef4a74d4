// The JSON reader and writer beside RapidJSON's, on the rows that this project moves: log lines, narrow rows
// and documents of one kilobyte. Bytes per second are of JSON text. RapidJSON is used here and nowhere else.
//
// An equal job is "numbers as text, UTF-8 checked", which Whimbrel's reader always does; RapidJSON's default
// turns numbers into doubles and does not look at the encoding, and is shown too.
#include <benchmark/benchmark.h>
// Its best: SSE2 as ours, and no asserts.
#define RAPIDJSON_SSE2
#define RAPIDJSON_ASSERT(condition) ((void)0)
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/reader.h"
#include "common/json/writer.h"

namespace {

using whimbrel::json::Buffer;
using whimbrel::json::Reader;
using whimbrel::json::Token;

constexpr std::size_t kCorpusBytes = 4 << 20;

std::string words(std::mt19937& random, std::size_t size) {
  constexpr std::string_view kWords[] = {"agent", "finished", "the", "step",  "with",  "result", "and",
                                         "waits", "for",      "a",   "reply", "from",  "node",   "retry",
                                         "after", "timeout",  "of",  "queue", "token", "limit",  "model"};
  std::string text;
  while (text.size() < size) {
    if (!text.empty()) text += ' ';
    text += kWords[random() % std::size(kWords)];
  }
  text.resize(size);
  return text;
}

std::string log_rows() {
  std::mt19937 random(1);
  std::string out;
  for (std::int64_t id = 1; out.size() < kCorpusBytes; ++id) {
    std::string message = words(random, 120);
    if (id % 8 == 0) message.replace(40, 1, "\\n").replace(80, 1, "\\\"").replace(100, 1, "\\\"");
    out += id == 1 ? "[\n" : ",\n";
    out += "{\"id\":" + std::to_string(id) + ",\"agent_id\":" + std::to_string(random() % 1000) +
           ",\"level\":\"info\",\"message\":\"" + message + "\",\"created_at\":\"2026-01-" +
           std::to_string(10 + random() % 20) +
           "T00:00:00Z\",\"duration_ms\":" + std::to_string(random() % 5000) + "}";
  }
  return out + "]\n";
}

std::string narrow_rows() {
  std::mt19937 random(2);
  std::string out;
  for (std::int64_t id = 1; out.size() < kCorpusBytes; ++id) {
    out += id == 1 ? "[\n" : ",\n";
    out += "{\"id\":" + std::to_string(id + 5'000'000'000) + ",\"n\":" + std::to_string(random() % 100'000) +
           ",\"t\":\"" + words(random, 4 + random() % 12) + "\"}";
  }
  return out + "]\n";
}

std::string document_rows() {
  std::mt19937 random(3);
  std::string out;
  for (std::int64_t id = 1; out.size() < kCorpusBytes; ++id) {
    out += id == 1 ? "[\n" : ",\n";
    out += "{\"id\":" + std::to_string(id) + ",\"name\":\"" + words(random, 20) +
           "\",\"flow_data\":{\"nodes\":[";
    for (int node = 0; node < 6; ++node) {
      if (node != 0) out += ',';
      out += "{\"id\":\"node-" + std::to_string(node) +
             "\",\"type\":\"agent\",\"position\":{\"x\":" + std::to_string(random() % 1000) +
             ".5,\"y\":" + std::to_string(random() % 1000) +
             "},\"data\":{\"agentId\":" + std::to_string(random() % 500) + ",\"label\":\"" +
             words(random, 30) + "\",\"enabled\":true}}";
    }
    out += "],\"edges\":[";
    for (int edge = 0; edge < 5; ++edge) {
      if (edge != 0) out += ',';
      out +=
          "{\"from\":\"node-" + std::to_string(edge) + "\",\"to\":\"node-" + std::to_string(edge + 1) + "\"}";
    }
    out += "]}}";
  }
  return out + "]\n";
}

std::string cyrillic_rows() {
  std::mt19937 random(4);
  std::string out;
  for (std::int64_t id = 1; out.size() < kCorpusBytes; ++id) {
    out += id == 1 ? "[\n" : ",\n";
    out += "{\"id\":" + std::to_string(id) + ",\"t\":\"";
    for (int i = 0; i < 40; ++i)
      out += i % 7 == 6 ? std::string(" ") : std::string("\xd0") + static_cast<char>(0xb0 + random() % 16);
    out += "\"}";
  }
  return out + "]\n";
}

const std::string& corpus(std::int64_t which) {
  static const std::string all[] = {log_rows(), narrow_rows(), document_rows(), cyrillic_rows()};
  return all[which];
}

constexpr const char* kNames[] = {"logs", "narrow", "documents", "cyrillic"};

void done(benchmark::State& state) {
  state.SetLabel(kNames[state.range(0)]);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus(state.range(0)).size()));
}

// Touches what each token is, as a consumer would.
std::uint64_t read_tokens(Reader& reader) {
  std::uint64_t sum = 0;
  for (;;) {
    switch (reader.next()) {
      case Token::end:
        return sum;
      case Token::key:
      case Token::string:
      case Token::number:
        sum += reader.text().size();
        break;
      default:
        ++sum;
    }
  }
}

void read_memory(benchmark::State& state) {
  const std::string& text = corpus(state.range(0));
  for (auto _ : state) {
    Reader reader(text);
    benchmark::DoNotOptimize(read_tokens(reader));
  }
  done(state);
}

class StringSource : public whimbrel::ByteSource {
 public:
  explicit StringSource(std::string_view text) : left_(text) {}
  std::size_t read(char* buffer, std::size_t capacity) override {
    const std::size_t size = std::min(capacity, left_.size());
    left_.copy(buffer, size);
    left_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view left_;
};

void read_stream(benchmark::State& state) {
  for (auto _ : state) {
    StringSource source(corpus(state.range(0)));
    Reader reader(source);
    benchmark::DoNotOptimize(read_tokens(reader));
  }
  done(state);
}

void skip_rows(benchmark::State& state) {
  for (auto _ : state) {
    Reader reader(corpus(state.range(0)));
    reader.next();
    while (reader.peek() != Token::end_array) reader.skip_value();
  }
  done(state);
}

void raw_rows(benchmark::State& state) {
  for (auto _ : state) {
    Reader reader(corpus(state.range(0)));
    reader.next();
    std::uint64_t sum = 0;
    while (reader.peek() != Token::end_array) sum += reader.raw_value().size();
    benchmark::DoNotOptimize(sum);
  }
  done(state);
}

// As an import reads rows: the keys are known.
void read_known_keys(benchmark::State& state) {
  const std::string& text = corpus(state.range(0));
  std::vector<std::string> keys;
  Reader first(text);
  first.next();
  first.next();
  while (first.next() == Token::key) {
    Buffer key;
    write_string(key, first.text());
    key.append(':');
    keys.emplace_back(key.view());
    first.skip_value();
  }
  for (auto _ : state) {
    Reader reader(text);
    reader.next();
    std::uint64_t sum = 0;
    while (reader.next() == Token::begin_object) {
      for (const std::string& key : keys) {
        if (!reader.accept_key(key)) state.SkipWithError("not the key");
        if (&key == &keys.back() && reader.peek() == Token::begin_object) {
          sum += reader.raw_value().size();
        } else {
          reader.next();
          sum += reader.text().size();
        }
      }
      reader.next();
    }
    benchmark::DoNotOptimize(sum);
  }
  done(state);
}

struct Counter : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Counter> {
  std::uint64_t sum = 0;
  bool Default() { return ++sum, true; }
  bool String(const char*, rapidjson::SizeType size, bool) { return sum += size, true; }
  bool Key(const char*, rapidjson::SizeType size, bool) { return sum += size, true; }
  bool RawNumber(const char*, rapidjson::SizeType size, bool) { return sum += size, true; }
  bool Int(int value) { return sum += static_cast<unsigned>(value), true; }
  bool Uint(unsigned value) { return sum += value, true; }
  bool Int64(std::int64_t value) { return sum += static_cast<std::uint64_t>(value), true; }
  bool Uint64(std::uint64_t value) { return sum += value, true; }
};

template <unsigned flags>
void rapidjson_read(benchmark::State& state) {
  const std::string& text = corpus(state.range(0));
  for (auto _ : state) {
    rapidjson::StringStream in(text.c_str());
    rapidjson::Reader reader;
    Counter counter;
    if (!reader.Parse<flags>(in, counter)) state.SkipWithError("not read");
    benchmark::DoNotOptimize(counter.sum);
  }
  done(state);
}

// Writing: the tokens of a corpus, as values in memory.
struct Value {
  Token token;
  std::string text;
  std::int64_t integer = 0;
};

std::vector<Value> tokens(std::int64_t which) {
  std::vector<Value> values;
  Reader reader(corpus(which));
  for (Token token = reader.next(); token != Token::end; token = reader.next()) {
    Value value{token, {}, 0};
    if (token == Token::key || token == Token::string || token == Token::number) value.text = reader.text();
    if (token == Token::number) value.integer = std::stoll(value.text);
    values.push_back(std::move(value));
  }
  return values;
}

void write_values(benchmark::State& state) {
  const std::vector<Value> values = tokens(state.range(0));
  Buffer out;
  std::size_t size = 0;
  for (auto _ : state) {
    out.clear();
    bool comma = false;
    for (const Value& value : values) {
      if (comma && value.token != Token::end_object && value.token != Token::end_array) out.append(',');
      comma = true;
      switch (value.token) {
        case Token::begin_object:
          out.append('{');
          comma = false;
          break;
        case Token::begin_array:
          out.append('[');
          comma = false;
          break;
        case Token::end_object:
          out.append('}');
          break;
        case Token::end_array:
          out.append(']');
          break;
        case Token::key:
          write_string(out, value.text);
          out.append(':');
          comma = false;
          break;
        case Token::string:
          write_string(out, value.text);
          break;
        case Token::number:
          write_integer(out, value.integer);
          break;
        default:
          out.append("true");
          break;
      }
    }
    size = out.size();
    benchmark::DoNotOptimize(out.view().data());
  }
  state.SetLabel(kNames[state.range(0)]);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void rapidjson_write(benchmark::State& state) {
  const std::vector<Value> values = tokens(state.range(0));
  rapidjson::StringBuffer out;
  std::size_t size = 0;
  for (auto _ : state) {
    out.Clear();
    rapidjson::Writer<rapidjson::StringBuffer> writer(out);
    for (const Value& value : values) {
      const auto length = static_cast<rapidjson::SizeType>(value.text.size());
      switch (value.token) {
        case Token::begin_object:
          writer.StartObject();
          break;
        case Token::begin_array:
          writer.StartArray();
          break;
        case Token::end_object:
          writer.EndObject();
          break;
        case Token::end_array:
          writer.EndArray();
          break;
        case Token::key:
          writer.Key(value.text.data(), length);
          break;
        case Token::string:
          writer.String(value.text.data(), length);
          break;
        case Token::number:
          writer.Int64(value.integer);
          break;
        default:
          writer.Bool(true);
          break;
      }
    }
    size = out.GetSize();
    benchmark::DoNotOptimize(out.GetString());
  }
  state.SetLabel(kNames[state.range(0)]);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

constexpr unsigned kEqualJob = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;

BENCHMARK(read_memory)->DenseRange(0, 3);
BENCHMARK(read_stream)->DenseRange(0, 3);
BENCHMARK(rapidjson_read<rapidjson::kParseDefaultFlags>)->Name("rapidjson_read_default")->DenseRange(0, 3);
BENCHMARK(rapidjson_read<kEqualJob>)->Name("rapidjson_read_equal_job")->DenseRange(0, 3);
BENCHMARK(raw_rows)->DenseRange(0, 3);
BENCHMARK(skip_rows)->DenseRange(0, 3);
BENCHMARK(read_known_keys)->DenseRange(0, 3);
BENCHMARK(write_values)->DenseRange(0, 3);
BENCHMARK(rapidjson_write)->DenseRange(0, 3);

}  // namespace
