#include "pg_ext/large_object.h"

#include <algorithm>
#include <cstring>

#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

constexpr std::size_t kMostAtOnce = 1 << 20;

class ServerLargeObject final : public LargeObject {
 public:
  explicit ServerLargeObject(Oid oid) : oid_(ObjectIdGetDatum(oid)) {}

  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) override {
    const int32 size = static_cast<int32>(std::min(capacity, kMostAtOnce));
    return pg_call([&] {
      bytea* bytes = DatumGetByteaPP(DirectFunctionCall3(
          be_lo_get_fragment, oid_, Int64GetDatum(static_cast<int64>(offset)), Int32GetDatum(size)));
      const std::size_t got = VARSIZE_ANY_EXHDR(bytes);
      std::memcpy(buffer, VARDATA_ANY(bytes), got);
      pfree(bytes);
      return got;
    });
  }

  void write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kMostAtOnce);
      pg_call([&] {
        CHECK_FOR_INTERRUPTS();
        bytea* copy = static_cast<bytea*>(palloc(VARHDRSZ + piece.size()));
        SET_VARSIZE(copy, VARHDRSZ + piece.size());
        std::memcpy(VARDATA(copy), piece.data(), piece.size());
        DirectFunctionCall3(be_lo_put, oid_, Int64GetDatum(static_cast<int64>(offset)),
                            PointerGetDatum(copy));
        pfree(copy);
      });
      offset += piece.size();
      bytes.remove_prefix(piece.size());
    }
  }

  void truncate(std::uint64_t size) override {
    pg_call([&] {
      const Datum opened = DirectFunctionCall2(be_lo_open, oid_, Int32GetDatum(INV_WRITE));
      DirectFunctionCall2(be_lo_truncate64, opened, Int64GetDatum(static_cast<int64>(size)));
      DirectFunctionCall1(be_lo_close, opened);
    });
  }

 private:
  Datum oid_;
};

}  // namespace

std::int64_t create_large_object() {
  return pg_call([] {
    PreventCommandIfReadOnly("export_json_lo()");
    return static_cast<std::int64_t>(
        DatumGetObjectId(DirectFunctionCall1(be_lo_create, ObjectIdGetDatum(InvalidOid))));
  });
}

std::unique_ptr<LargeObject> open_large_object(std::int64_t oid) {
  if (oid < 0 || oid > static_cast<std::int64_t>(OID_MAX))
    throw Error("42704", "large object " + std::to_string(oid) + " does not exist");
  return std::make_unique<ServerLargeObject>(static_cast<Oid>(oid));
}

}  // namespace whimbrel::pg
