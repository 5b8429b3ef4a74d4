// Fills the sample application's tables: generate ENGINE [LOGS [SEED]] writes SQL for `sqlite3` or `psql` to
// standard output. The same LOGS and SEED give the same rows on both engines. It knows the tables of
// migrations/ and nothing of Whimbrel: whoever reads the sample sees an application's own rows.
//
//   generate sqlite 1000 | sqlite3 app.db
//   generate postgresql 1000000 | psql -q app

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every machine. Draw one number
// per statement: C++ leaves the order of operands open.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  template <std::size_t kCount>
  std::string pick(const char* const (&words)[kCount]) {
    return words[below(kCount)];
  }

 private:
  std::uint64_t state_;
};

// One table's rows as its engine's client loads them fastest: COPY for psql, INSERT of many rows for sqlite3.
class TableWriter {
 public:
  TableWriter(bool postgresql, const char* table, const char* columns)
      : postgresql_(postgresql), table_(table), columns_(columns) {
    if (postgresql_) std::printf("COPY %s (%s) FROM stdin;\n", table, columns);
  }
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;
  ~TableWriter() {
    if (postgresql_)
      std::fputs("\\.\n", stdout);
    else if (rows_ > 0)
      std::fputs(";\n", stdout);
  }

  void begin_row() {
    if (!postgresql_) {
      if (rows_ % kRowsPerInsert != 0) {
        line_ += ",\n(";
      } else {
        line_ += rows_ > 0 ? ";\n" : "";
        line_ += std::string("INSERT INTO ") + table_ + " (" + columns_ + ") VALUES\n(";
      }
    }
    first_ = true;
    ++rows_;
  }
  void end_row() {
    line_ += postgresql_ ? '\n' : ')';
    std::fwrite(line_.data(), 1, line_.size(), stdout);
    line_.clear();
  }

  void null() { separate(), line_ += postgresql_ ? "\\N" : "NULL"; }
  void raw(std::string_view text) { separate(), line_ += text; }
  void integer(std::int64_t value) { raw(std::to_string(value)); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void real(double value) {
    char buffer[32];
    char* const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string text(buffer, end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    raw(text);
  }
  void text(std::string_view value) {
    separate();
    if (!postgresql_) line_ += '\'';
    for (const char c : value) {
      if (postgresql_ && (c == '\\' || c == '\n' || c == '\t' || c == '\r')) {
        line_ += '\\';
        line_ += c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c;
      } else {
        if (!postgresql_ && c == '\'') line_ += c;
        line_ += c;
      }
    }
    if (!postgresql_) line_ += '\'';
  }
  void time(std::int64_t milliseconds);

 private:
  static constexpr std::int64_t kRowsPerInsert = 500;

  void separate() {
    if (!first_) line_ += postgresql_ ? '\t' : ',';
    first_ = false;
  }

  bool postgresql_;
  const char* table_;
  const char* columns_;
  std::string line_;
  std::int64_t rows_ = 0;
  bool first_ = true;
};

// Milliseconds since 2026-01-01 as ISO 8601 in UTC.
void TableWriter::time(std::int64_t milliseconds) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const std::int64_t seconds = milliseconds / 1000;
  std::int64_t day = seconds / 86400;
  int year = 2026;
  for (std::int64_t length = 365; day >= length; length = year % 4 == 0 ? 366 : 365) {
    day -= length;
    ++year;
  }
  int month = 0;
  for (;; ++month) {
    const int length = kDays[month] + (month == 1 && year % 4 == 0 ? 1 : 0);
    if (day < length) break;
    day -= length;
  }
  char buffer[48];
  int size = std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d", year, month + 1,
                           static_cast<int>(day) + 1, static_cast<int>(seconds / 3600 % 24),
                           static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  if (milliseconds % 1000 != 0) {
    size += std::snprintf(buffer + size, sizeof buffer - static_cast<std::size_t>(size), ".%03d",
                          static_cast<int>(milliseconds % 1000));
    while (buffer[size - 1] == '0') --size;  // one way to write a time: no trailing zeros
  }
  buffer[size++] = 'Z';
  text({buffer, static_cast<std::size_t>(size)});
}

struct Sizes {
  std::int64_t users, agents, workflows, logs;
};

Sizes sizes_for(std::int64_t logs) {
  const std::int64_t users = logs / 1000 + 5;
  return {users, users * 4, users * 6, logs};
}

constexpr const char* kGivenNames[] = {"Ada",    "Björn",  "Chloé", "Dmitri",
                                       "Eun-ji", "Fatima", "Göran", "Hana"};
constexpr const char* kFamilyNames[] = {"O'Neill", "Sørensen", "García", "Nowak",
                                        "Tanaka",  "Öztürk",   "Meyer",  "d'Arc"};
constexpr const char* kColors[] = {"#ff6b6b", "#4ecdc4", "#ffe66d", "#1a535c"};
constexpr const char* kModels[] = {"small-1", "large-2", "large-2-long", "vision-1"};
constexpr const char* kRoles[] = {"researcher", "writer", "reviewer", "planner", "translator", "tester"};
constexpr const char* kThings[] = {"the quarterly report", "a mail to the team", "C:\\temp\\input.txt",
                                   "ticket \"A-17\"",      "the résumé",         "日本語の要約",
                                   "a table\twith tabs",   "unit tests"};
constexpr const char* kVerbs[] = {"read",    "summarised", "translated", "checked",
                                  "drafted", "failed on",  "retried"};
constexpr const char* kLevels[] = {"debug", "info", "info", "info", "warn", "error"};

std::string settings(Random& random) {
  const std::string theme = random.one_in(2) ? "dark" : "light";
  const std::string page_size = std::to_string(10 * (1 + random.below(5)));
  return "{\"theme\": \"" + theme + "\", \"pageSize\": " + page_size + ", \"beta\": [true, null, 1.50]}";
}

void write_users(Random& random, bool postgresql, const Sizes& sizes) {
  TableWriter rows(postgresql, "users", "id, email, name, is_admin, settings, avatar_color, created_at");
  for (std::int64_t id = 1; id <= sizes.users; ++id) {
    rows.begin_row();
    rows.integer(id);
    rows.text("user" + std::to_string(id) + "@example.org");
    const std::string given_name = random.pick(kGivenNames);
    rows.text(given_name + " " + random.pick(kFamilyNames));
    rows.boolean(random.one_in(10));
    if (random.one_in(3))
      rows.null();
    else
      rows.text(settings(random));
    if (random.one_in(4))
      rows.null();
    else
      rows.text(random.pick(kColors));
    rows.time(random.below(86'400'000) + id * 60'000);
    rows.end_row();
  }
}

void write_agents(Random& random, bool postgresql, const Sizes& sizes) {
  TableWriter rows(postgresql, "agents",
                   "id, owner_id, parent_id, name, model, system_prompt, temperature, is_active, created_at");
  for (std::int64_t id = 1; id <= sizes.agents; ++id) {
    const std::string role = random.pick(kRoles);
    rows.begin_row();
    rows.integer(id);
    rows.integer(1 + random.below(sizes.users));
    if (id > 1 && random.one_in(3))
      rows.integer(1 + random.below(id - 1));
    else
      rows.null();
    rows.text(role + " " + std::to_string(id));
    rows.text(random.pick(kModels));
    const std::string first_thing = random.pick(kThings);
    const std::string second_thing = random.pick(kThings);
    rows.text("You are a careful " + role + ".\nWork on " + first_thing + ", then on " + second_thing +
              ".\nSay \"I don't know\" when you don't.");
    rows.real(static_cast<double>(random.below(200)) / 100);
    rows.boolean(!random.one_in(5));
    rows.time(random.below(86'400'000) + id * 60'000);
    rows.end_row();
  }
}

struct Node {
  std::int64_t workflow_id, number, agent_id, x, y;
  std::string label;
};

std::string flow_data(std::int64_t workflow_id, const std::vector<Node>& nodes) {
  std::string text = "{\"version\": 2, \"workflowId\": " + std::to_string(workflow_id) + ", \"nodes\": [";
  for (const Node& node : nodes) {
    if (node.number > 1) text += ", ";
    text += "{\"id\": \"n" + std::to_string(node.number) +
            "\", \"type\": \"agent\", \"position\": {\"x\": " + std::to_string(node.x) +
            ", \"y\": " + std::to_string(node.y) +
            "}, \"data\": {\"agentId\": " + std::to_string(node.agent_id) + ", \"label\": \"" + node.label +
            "\"}}";
  }
  text += "], \"edges\": [";
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (i > 1) text += ", ";
    text += "{\"source\": \"n" + std::to_string(i) + "\", \"target\": \"n" + std::to_string(i + 1) + "\"}";
  }
  return text + "]}";
}

void write_workflows(Random& random, bool postgresql, const Sizes& sizes) {
  std::vector<Node> all;
  {
    TableWriter rows(postgresql, "workflows",
                     "id, owner_id, name, flow_data, is_public, created_at, updated_at, tags");
    for (std::int64_t id = 1; id <= sizes.workflows; ++id) {
      std::vector<Node> nodes;
      const std::int64_t count = 2 + random.below(8);
      for (std::int64_t number = 1; number <= count; ++number)
        nodes.push_back({id, number, 1 + random.below(sizes.agents), number * 120, random.below(400),
                         random.pick(kRoles)});
      const bool is_public = random.one_in(3);
      const std::int64_t created = random.below(86'400'000) + id * 30'000;
      rows.begin_row();
      rows.integer(id);
      rows.integer(1 + random.below(sizes.users));
      rows.text("Workflow " + std::to_string(id) + " for " + random.pick(kThings));
      rows.text(flow_data(id, nodes));
      rows.boolean(is_public);
      rows.time(created);
      if (random.one_in(2))
        rows.null();
      else
        rows.time(created + random.below(864'000'000));
      if (is_public)
        rows.text("public");
      else
        rows.null();
      rows.end_row();
      all.insert(all.end(), nodes.begin(), nodes.end());
    }
  }
  TableWriter rows(postgresql, "nodes", "workflow_id, node_key, agent_id, label, x, y");
  for (const Node& node : all) {
    rows.begin_row();
    rows.integer(node.workflow_id);
    rows.text("n" + std::to_string(node.number));
    rows.integer(node.agent_id);
    rows.text(node.label);
    rows.real(static_cast<double>(node.x));
    rows.real(static_cast<double>(node.y) / 4);
    rows.end_row();
  }
}

std::string message(Random& random) {
  std::string text = random.pick(kVerbs);
  text += " " + random.pick(kThings);
  text += " in step " + std::to_string(1 + random.below(40));
  text += ", request " + std::to_string(random.next() % 1'000'000'000'000);
  text += ", " + random.pick(kVerbs);
  text += " " + random.pick(kThings);
  return text;
}

void write_logs(Random& random, bool postgresql, const Sizes& sizes) {
  TableWriter rows(postgresql, "logs", "id, agent_id, workflow_id, level, message, duration_ms, created_at");
  std::int64_t time = 172'800'000;
  for (std::int64_t id = 1; id <= sizes.logs; ++id) {
    time += random.below(3000);
    rows.begin_row();
    rows.integer(id);
    rows.integer(1 + random.below(sizes.agents));
    if (random.one_in(8))
      rows.null();
    else
      rows.integer(1 + random.below(sizes.workflows));
    rows.text(random.pick(kLevels));
    rows.text(message(random));
    if (random.one_in(6))
      rows.null();
    else
      rows.integer(random.below(30'000));
    rows.time(time);
    rows.end_row();
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view engine = count > 1 ? arguments[1] : "";
  if ((engine != "sqlite" && engine != "postgresql") || count > 4) {
    std::fputs("usage: generate sqlite|postgresql [LOGS [SEED]]\n", stderr);
    return 2;
  }
  const bool postgresql = engine == "postgresql";
  const std::int64_t logs = count > 2 ? std::strtoll(arguments[2], nullptr, 10) : 1000;
  Random random(count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1);
  const Sizes sizes = sizes_for(logs);

  std::puts("BEGIN;");
  write_users(random, postgresql, sizes);
  write_agents(random, postgresql, sizes);
  write_workflows(random, postgresql, sizes);
  write_logs(random, postgresql, sizes);
  if (postgresql)
    for (const char* table : {"users", "agents", "workflows", "logs"})
      std::printf(
          "SELECT setval(pg_get_serial_sequence('%s', 'id'), (SELECT coalesce(max(id), 1) FROM %s));\n",
          table, table);
  std::puts("COMMIT;");
  return std::ferror(stdout) != 0 || std::fflush(stdout) != 0 ? 1 : 0;
}
