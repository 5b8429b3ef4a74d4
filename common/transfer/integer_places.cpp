#include "common/transfer/integer_places.h"

#include <charconv>

#include "common/json/text_walk.h"

namespace whimbrel {

namespace {

using Shape = IntegerPlaces::Shape;

// Whether the text is an integer of 64 bits as it is written, which a double cannot hold.
bool is_large(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  return text[first] != '0' && (value > kLargestExactInteger || value < -kLargestExactInteger);
}

class Rewriting {
 public:
  Rewriting(json::Buffer& out, std::string_view value, bool quote)
      : out_(out), copied_(value.data()), end_(value.data() + value.size()), quote_(quote) {}

  void run(const IntegerPlaces& places) {
    value(json::skip_space(copied_, end_), places);
    copy_to(end_);
  }

 private:
  // `p` is at the value; behind it.
  const char* value(const char* p, const IntegerPlaces& places) {
    if (p == end_) return p;
    switch (places.shape) {
      case Shape::integer:
        return integer(p);
      case Shape::array:
        if (*p == '[') return list(p + 1, places);
        // {"$array":{"lower":[5],"values":[7,8]}}
        return members(p, [&](const std::string& key, const char* at) {
          if (key != "$array") return json::skip_value(at, end_);
          return members(at, [&](const std::string& inner, const char* list) {
            return inner == "values" ? value(list, places) : json::skip_value(list, end_);
          });
        });
      case Shape::composite:
        return members(p, [&](const std::string& key, const char* at) {
          for (std::size_t i = 0; i < places.keys.size(); ++i)
            if (places.keys[i] == key) return value(at, places.parts[i]);
          return json::skip_value(at, end_);
        });
      case Shape::none:
        break;
    }
    return json::skip_value(p, end_);
  }

  // A list inside of it is one of the same array: an array as an element stands in a tag.
  const char* list(const char* p, const IntegerPlaces& places) {
    for (p = json::skip_space(p, end_); p != end_ && *p != ']'; p = json::skip_space(p, end_)) {
      if (*p == ',')
        ++p;
      else
        p = value(p, *p == '[' ? places : places.parts.front());
    }
    return p == end_ ? p : p + 1;
  }

  // `member` takes a key and where its value begins, and returns what is behind that.
  template <typename Member>
  const char* members(const char* p, Member&& member) {
    if (*p != '{') return json::skip_value(p, end_);
    for (p = json::skip_space(p + 1, end_); p != end_ && *p != '}'; p = json::skip_space(p, end_)) {
      if (*p != '"') {
        ++p;
        continue;
      }
      const char* const quote = json::find_quote(p + 1, end_);
      const std::string key = json::unescaped(p + 1, quote);
      p = quote;
      while (p != end_ && *p != ':') ++p;
      if (p == end_) return p;
      p = json::skip_space(p + 1, end_);
      if (p != end_) p = member(key, p);
    }
    return p == end_ ? p : p + 1;
  }

  const char* integer(const char* p) {
    const char* const behind = json::skip_value(p, end_);
    const std::string_view text(p, static_cast<std::size_t>(behind - p));
    if (quote_ && is_large(text)) {
      copy_to(p);
      out_.append('"');
      copy_to(behind);
      out_.append('"');
    } else if (!quote_ && text.size() > 2 && text.front() == '"' &&
               is_large(text.substr(1, text.size() - 2))) {
      copy_to(p);
      out_.append(text.substr(1, text.size() - 2));
      copied_ = behind;
    }
    return behind;
  }

  void copy_to(const char* p) {
    out_.append(std::string_view(copied_, static_cast<std::size_t>(p - copied_)));
    copied_ = p;
  }

  json::Buffer& out_;
  const char* copied_;  // up to here
  const char* const end_;
  const bool quote_;
};

}  // namespace

void write_integer_places(json::Buffer& out, const IntegerPlaces& places) {
  switch (places.shape) {
    case Shape::none:
      out.append("null");
      return;
    case Shape::integer:
      out.append("true");
      return;
    case Shape::array:
      out.append('[');
      write_integer_places(out, places.parts.front());
      out.append(']');
      return;
    case Shape::composite:
      for (std::size_t i = 0; i < places.keys.size(); ++i) {
        out.append(i == 0 ? '{' : ',');
        json::write_string(out, places.keys[i]);
        out.append(':');
        write_integer_places(out, places.parts[i]);
      }
      out.append('}');
  }
}

IntegerPlaces read_integer_places(const json::Tree& tree) {
  IntegerPlaces places;
  if (tree.token == json::Token::true_value) places.shape = Shape::integer;
  const auto add = [&](const json::Tree& part) {
    places.parts.push_back(read_integer_places(part));
    return places.parts.back().any();
  };
  if (tree.is_array() && tree.elements.size() == 1 && add(tree.elements.front())) places.shape = Shape::array;
  if (!tree.is_object()) return places;
  for (const auto& [key, part] : tree.members) {
    if (!add(part)) {
      places.parts.pop_back();
      continue;
    }
    places.keys.push_back(key);
    places.shape = Shape::composite;
  }
  return places;
}

void quote_large_integers(json::Buffer& out, std::string_view value, const IntegerPlaces& places) {
  Rewriting(out, value, true).run(places);
}

void unquote_large_integers(json::Buffer& out, std::string_view value, const IntegerPlaces& places) {
  Rewriting(out, value, false).run(places);
}

}  // namespace whimbrel
