#include "pg_ext/jsonb_text.h"

#include "pg_ext/numeric_text.h"

namespace whimbrel::pg {

namespace {

// One pass over the entries of a container: an entry holds its length, or, every so often, its end.
class Entries {
 public:
  Entries(const JsonbContainer* container, std::uint32_t first, std::uint32_t offset)
      : children_(container->children), index_(first), offset_(offset) {}

  JEntry entry() const { return children_[index_]; }
  std::uint32_t offset() const { return offset_; }
  std::uint32_t length() const {
    const JEntry e = entry();
    return JBE_HAS_OFF(e) ? JBE_OFFLENFLD(e) - offset_ : JBE_OFFLENFLD(e);
  }
  void advance() {
    offset_ += length();
    ++index_;
  }

 private:
  const JEntry* children_;
  std::uint32_t index_;
  std::uint32_t offset_;
};

void write_container(json::Buffer& out, const JsonbContainer* container);

void write_entry(json::Buffer& out, const Entries& at, const char* base) {
  const JEntry entry = at.entry();
  if (JBE_ISSTRING(entry)) {
    json::write_string(out, {base + at.offset(), at.length()});
  } else if (JBE_ISNUMERIC(entry)) {
    const char* number = base + INTALIGN(at.offset());
    const std::size_t size = VARSIZE_ANY_EXHDR(number);
    const char* data = VARDATA_ANY(number);
    out.set_end(write_numeric(out.reserve(max_numeric_text(data, size)), data, size));
  } else if (JBE_ISNULL(entry)) {
    out.append("null");
  } else if (JBE_ISBOOL_TRUE(entry)) {
    out.append("true");
  } else if (JBE_ISBOOL_FALSE(entry)) {
    out.append("false");
  } else {
    write_container(out, reinterpret_cast<const JsonbContainer*>(base + INTALIGN(at.offset())));
  }
}

void write_container(json::Buffer& out, const JsonbContainer* container) {
  check_stack_depth();
  const std::uint32_t count = JsonContainerSize(container);
  if (JsonContainerIsObject(container)) {
    const char* base = reinterpret_cast<const char*>(&container->children[2 * count]);
    Entries keys(container, 0, 0);
    Entries values(container, count, getJsonbOffset(container, static_cast<int>(count)));
    out.append('{');
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) out.append(", ");
      json::write_string(out, {base + keys.offset(), keys.length()});
      out.append(": ");
      write_entry(out, values, base);
      keys.advance();
      values.advance();
    }
    out.append('}');
    return;
  }
  const bool scalar = JsonContainerIsScalar(container);
  const char* base = reinterpret_cast<const char*>(&container->children[count]);
  Entries elements(container, 0, 0);
  if (!scalar) out.append('[');
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) out.append(", ");
    write_entry(out, elements, base);
    elements.advance();
  }
  if (!scalar) out.append(']');
}

}  // namespace

void write_jsonb(json::Buffer& out, const Jsonb* value) { write_container(out, &value->root); }

}  // namespace whimbrel::pg
