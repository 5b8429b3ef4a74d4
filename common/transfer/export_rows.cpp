#include "common/transfer/export_rows.h"

#include "common/error.h"

namespace whimbrel {

namespace {

constexpr std::string_view kSecretTag = R"({"$secret":null})";

// Faults of a condition of the caller's are found when the server reads it, or with a row.
template <typename Body>
auto with_condition(const TablePlan& plan, Body&& body) {
  try {
    return body();
  } catch (Error& error) {
    if (!plan.where.empty())
      error.at("table \"" + plan.table->display_name() + "\", whose condition is: " + plan.where);
    throw;
  }
}

}  // namespace

ExportRows::ExportRows(Host& host, const TablePlan& plan, bool ordered, bool try_physical_order)
    : plan_(plan) {
  ScanRequest request;
  request.table = plan.table;
  request.columns = plan.columns_read();
  request.ordered = ordered;
  request.try_physical_order = try_physical_order;
  request.where = plan.where;
  reader_ = with_condition(plan, [&] { return host.scan(request); });
  if (plan.withheld.empty()) return;
  row_.assign(plan.columns.size(), Cell::of(Tag::encoded, kSecretTag));
  for (std::size_t i = 0; i < plan.columns.size(); ++i)
    if (!plan.is_withheld(plan.columns[i])) places_.push_back(i);
}

bool ExportRows::next() {
  return with_condition(plan_, [&] { return reader_->next(batch_); });
}

const Cell* ExportRows::with_secrets(const Cell* read) {
  for (std::size_t i = 0; i < places_.size(); ++i) row_[places_[i]] = read[i];
  return row_.data();
}

}  // namespace whimbrel
