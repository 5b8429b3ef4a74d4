#include "sqlite_ext/output.h"

namespace whimbrel::sqlite {

void set_result(sqlite3_context* context, const Cell& output, SqlType type) {
  switch (output.tag) {
    case Tag::null:
      sqlite3_result_null(context);
      return;
    case Tag::boolean:
    case Tag::integer:
      sqlite3_result_int64(context, output.integer);
      return;
    case Tag::real:
      sqlite3_result_double(context, output.real);
      return;
    default:
      sqlite3_result_text64(context, output.data == nullptr ? "" : output.data, output.size, SQLITE_TRANSIENT,
                            SQLITE_UTF8);
  }
  constexpr unsigned kJsonSubtype = 'J';
  if (type == SqlType::json) sqlite3_result_subtype(context, kJsonSubtype);
}

}  // namespace whimbrel::sqlite
