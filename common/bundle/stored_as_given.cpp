#include "common/bundle/stored_as_given.h"

#include <algorithm>
#include <string_view>

namespace whimbrel {

namespace {

// Some column affinities of an engine with dynamic types make numbers of texts that are some.
bool may_be_number(std::string_view text) {
  return text.empty() || std::string_view(" \t\n\v\f\r+-.0123456789").find(text[0]) != std::string_view::npos;
}

// Types that are exactly these: others may be shorter, or domains over such.
bool is_plain_text(std::string_view type) { return type == "text" || type == "character varying"; }

bool is_kept(const Dialect& dialect, const Column& column, const Cell& cell) {
  if (cell.tag == Tag::null) return true;
  switch (column.kind) {
    case Kind::integer:
      return cell.tag == Tag::integer;
    case Kind::boolean:
      return cell.tag == Tag::boolean;
    case Kind::uuid:
      return cell.tag == Tag::uuid;
    case Kind::date:
      return cell.tag == Tag::date;
    case Kind::text:
      return cell.tag == Tag::text &&
             (dialect.dynamic_types ? !may_be_number(cell.view()) : is_plain_text(column.type));
    case Kind::json:
      if (dialect.dynamic_types && may_be_number(cell.view())) return false;
      return cell.tag == Tag::json || cell.tag == Tag::text;
    default:
      return false;
  }
}

}  // namespace

bool is_stored_as_given(const Dialect& dialect, const ChangeSet& set, const std::vector<ChangeSet>& all) {
  // A trigger of one table may write to any other.
  if (std::any_of(all.begin(), all.end(), [](const ChangeSet& one) {
        return one.table->triggers || one.table->rules || one.table->view;
      }))
    return false;
  const std::size_t width = set.columns.size();
  for (std::size_t row = 0; row < set.rows; ++row)
    for (std::size_t i = 0; i < width; ++i)
      if (!is_kept(dialect, set.table->columns[set.columns[i]], set.after_of(row)[i])) return false;
  return true;
}

}  // namespace whimbrel
