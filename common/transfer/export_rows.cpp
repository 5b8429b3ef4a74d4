#include "common/transfer/export_rows.h"

#include "common/error.h"

namespace whimbrel {

namespace {

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

ExportRows::ExportRows(Host& host, const TablePlan& plan, bool ordered, bool try_physical_order,
                       std::optional<ScanPart> part)
    : plan_(plan) {
  ScanRequest request;
  request.table = plan.table;
  request.columns = plan.columns_read();
  request.ordered = ordered;
  request.try_physical_order = try_physical_order;
  request.where = plan.where;
  request.part = part;
  request.here_only = plan.here_only;
  std::string condition;
  if (plan.keys != nullptr && plan.keys->few()) {
    condition = plan.keys->condition(host);
    request.where = condition;
    request.parameters = plan.keys->parameters();
  } else if (plan.keys != nullptr) {
    filtered_ = true;
    key_ = request.columns.size();
    const std::vector<std::size_t>& key = plan.keys->columns();
    request.columns.insert(request.columns.end(), key.begin(), key.end());
  }
  reader_ = with_condition(plan, [&] { return host.scan(request); });
  if (plan.withheld.empty() && plan.inside.empty()) return;
  row_.assign(plan.columns.size(), Cell::of(Tag::encoded, kSecretTag));
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    if (!plan.is_withheld(plan.columns[i])) places_.push_back(i);
    for (const DocumentSecrets& secrets : plan.inside) {
      if (secrets.column != plan.columns[i]) continue;
      inside_.push_back({i, &plan.table->columns[secrets.column], SecretParts(secrets.paths, plan.form)});
    }
  }
}

bool ExportRows::next() {
  return with_condition(plan_, [&] {
    while (reader_->next(batch_)) {
      if (filtered_) choose_rows();
      if (!filtered_ || !chosen_.empty()) return true;
    }
    return false;
  });
}

void ExportRows::choose_rows() {
  chosen_.clear();
  for (std::size_t i = 0; i < batch_.rows(); ++i)
    if (plan_.keys->has(batch_.row(i) + key_)) chosen_.push_back(i);
}

const Cell* ExportRows::without_secrets(const Cell* read) {
  for (std::size_t i = 0; i < places_.size(); ++i) row_[places_[i]] = read[i];
  for (Inside& inside : inside_) take_out(inside);
  return row_.data();
}

void ExportRows::take_out(Inside& inside) {
  Cell& cell = row_[inside.place];
  switch (cell.tag) {
    case Tag::text:
    case Tag::json:
    case Tag::encoded:
      break;
    case Tag::odd_text:
    case Tag::bytes:
      throw_no_document(inside);
    default:
      return;  // nothing is inside of it
  }
  try {
    cell = Cell::of(cell.tag, inside.parts.without(cell.view()));
  } catch (const Error& error) {
    if (error.code != code::kInvalidJson) throw;
    throw_no_document(inside);
  }
}

// Better no export than one with a secret in it.
void ExportRows::throw_no_document(const Inside& inside) const {
  throw Error(code::kWrongType,
              "table \"" + plan_.table->display_name() + "\": a value of column \"" + inside.column->name +
                  "\" is not JSON, so that what is secret in it cannot be found",
              "A rule says that a part of its documents is secret.",
              "Correct the value, or make the whole column secret.");
}

}  // namespace whimbrel
