#include "common/complete/large_objects.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/complete/literal_writer.h"
#include "common/each_row.h"
#include "common/error.h"
#include "common/json/writer.h"
#include "common/migration/own_tables.h"

namespace whimbrel {

namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;

struct Object {
  std::int64_t number = 0;
  std::optional<std::string> comment;
};

std::vector<Object> list_objects(Host& host) {
  std::vector<Object> objects;
  for_each_row(host,
               "SELECT oid::pg_catalog.int8, pg_catalog.obj_description(oid, 'pg_largeobject') "
               "FROM pg_catalog.pg_largeobject_metadata ORDER BY oid",
               {}, [&](const Cell* row) {
                 Object& object = objects.emplace_back();
                 object.number = row[0].integer;
                 if (!row[1].is_null()) object.comment = row[1].view();
               });
  return objects;
}

class ObjectWriter {
 public:
  ObjectWriter(Host& host, DataSink& sink)
      : host_(host), sink_(sink), literals_(SqlEngine::postgresql, {{0, LiteralWriter::Form::plain}}) {
    piece_.resize(kPiece);
  }

  void write(const Object& object, bool clean) {
    const std::string number = std::to_string(object.number);
    if (clean)
      put("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = " + number +
          ";");
    put("SELECT pg_catalog.lo_create(" + number + ");");
    const std::unique_ptr<LargeObject> source = host_.open_large_object(object.number);
    for (std::uint64_t offset = 0;;) {
      host_.check_interrupt();
      const std::size_t size = source->read_at(offset, piece_.data(), piece_.size());
      if (size == 0) break;
      out_.clear();
      out_.append("SELECT pg_catalog.lo_put(" + number + ", " + std::to_string(offset) + ", ");
      const Cell bytes = Cell::of(Tag::bytes, std::string_view(piece_.data(), size));
      literals_.write_row(out_, &bytes);
      out_.append(std::string_view(");"));
      put(out_.view());
      offset += size;
    }
    if (!object.comment) return;
    out_.clear();
    out_.append("COMMENT ON LARGE OBJECT " + number + " IS ");
    write_quoted(out_, *object.comment);
    out_.append(';');
    put(out_.view());
  }

 private:
  void put(std::string_view sql) { sink_.statement(DataSink::Part::rows, sql); }

  Host& host_;
  DataSink& sink_;
  LiteralWriter literals_;
  std::string piece_;
  json::Buffer out_;
};

bool has_them(const Host& host) { return sql_engine_of(host.dialect().engine) == SqlEngine::postgresql; }

}  // namespace

std::uint64_t count_large_objects(Host& host) {
  std::int64_t count = 0;
  if (has_them(host))
    for_each_row(host,
                 "SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"
                 " WHERE xmin IS DISTINCT FROM pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.xid",
                 {}, [&](const Cell* row) { count = row[0].integer; });
  return static_cast<std::uint64_t>(count);
}

std::uint64_t write_large_objects(Host& host, bool clean, DataSink& sink) {
  if (!has_them(host))
    throw Error(code::kUnsupported, "SQLite has no large objects", {},
                "Leave the option \"large_objects\" out.");
  const std::vector<Object> objects = list_objects(host);
  ObjectWriter writer(host, sink);
  for (const Object& object : objects) writer.write(object, clean);
  return objects.size();
}

}  // namespace whimbrel
