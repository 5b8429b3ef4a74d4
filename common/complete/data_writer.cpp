#include "common/complete/data_writer.h"

#include <optional>

#include "common/complete/large_objects.h"
#include "common/complete/literal_writer.h"
#include "common/json/writer.h"
#include "common/transfer/digest.h"

namespace whimbrel {

namespace {

// A statement ends with the row that takes it beyond.
constexpr std::size_t kMaxStatement = std::size_t{1} << 20;

LiteralWriter::Form form_of(const Column& column) {
  if (column.kind != Kind::other) return LiteralWriter::Form::plain;
  if (column.type == "bit" || column.type.starts_with("bit(") || column.type.starts_with("bit varying"))
    return LiteralWriter::Form::bits;
  return column.type == "\"char\"" ? LiteralWriter::Form::single_char : LiteralWriter::Form::plain;
}

class InsertWriter {
 public:
  InsertWriter(Host& host, const DataTable& data, const DataOptions& options, DataSink& sink, bool digest)
      : host_(host), data_(data), options_(options), sink_(sink) {
    std::vector<LiteralWriter::Source> sources;
    std::vector<TableDigest::Column> columns;
    for (std::size_t i = 0; i < data.columns.size(); ++i) {
      const Column& column = data.table->columns[data.columns[i]];
      LiteralWriter::Source source{i, form_of(column)};
      // Where a column holds what it declares, such a cell is structured, and its text another one.
      const bool structured = column.kind == Kind::array || column.kind == Kind::composite;
      if (structured && !host.dialect().dynamic_types) {
        source.cell = data.columns.size() + output_texts_.size();
        output_texts_.push_back(data.columns[i]);
      }
      sources.push_back(source);
      if (!column.implicit) columns.push_back({column.name, column.kind, i});
    }
    literals_.emplace(sql_engine_of(host.dialect().engine), std::move(sources));
    if (digest) digest_.emplace(std::move(columns));
    set_head();
  }

  WrittenTable write() {
    WrittenTable written;
    written.table = data_.table;
    sink_.begin_table(*data_.table);
    const auto reader = host_.scan(request(data_.columns, output_texts_, lies_in_order()));
    RowBatch batch;
    while (reader->next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        const Cell* row = batch.row(i);
        if (digest_) digest_->add(row);
        add(row);
      }
      written.rows += batch.rows();
      host_.check_interrupt();
    }
    finish_statement();
    if (digest_) written.digest = digest_->digest();
    return written;
  }

 private:
  ScanRequest request(std::span<const std::size_t> columns, std::span<const std::size_t> texts,
                      bool as_it_lies) const {
    ScanRequest request;
    request.table = data_.table;
    request.columns.assign(columns.begin(), columns.end());
    request.output_texts = texts;
    request.where = data_.condition;
    request.try_physical_order = as_it_lies;
    request.here_only = true;
    return request;
  }

  // Whether the rows can be read as they lie, since that is the order of the key. A look at the key alone
  // costs a fraction of a sort, and nothing that was written can be taken back.
  bool lies_in_order() {
    if (data_.table->primary_key.empty() || !data_.condition.empty() || host_.dialect().stores_by_key)
      return false;
    const auto reader = host_.scan(request(data_.table->primary_key, {}, true));
    RowBatch batch;
    while (reader->next(batch)) host_.check_interrupt();
    return !reader->out_of_order();
  }

  void set_head() {
    const Table& table = *data_.table;
    head_ = "INSERT INTO " + sql_name(host_.dialect(), table);
    bool overriding = false;
    for (std::size_t i = 0; i < data_.columns.size(); ++i) {
      const Column& column = table.columns[data_.columns[i]];
      head_ += (i == 0 ? " (" : ", ") + quote_identifier(column.name);
      overriding = overriding || column.as_identity;
    }
    if (data_.columns.empty()) {
      head_ += " DEFAULT VALUES";
      return;
    }
    head_ += overriding ? ") OVERRIDING SYSTEM VALUE VALUES\n" : ") VALUES\n";
  }

  void add(const Cell* row) {
    if (data_.columns.empty()) {  // rows without a column that can be given
      sink_.statement(DataSink::Part::rows, head_ + ";");
      return;
    }
    out_.append(rows_ == 0 ? std::string_view(head_) : std::string_view(",\n"));
    literals_->write_row(out_, row);
    if (++rows_ == options_.rows_per_insert || out_.size() >= kMaxStatement) finish_statement();
  }

  void finish_statement() {
    if (rows_ == 0) return;
    out_.append(';');
    sink_.statement(DataSink::Part::rows, out_.view());
    out_.clear();
    rows_ = 0;
  }

  Host& host_;
  const DataTable& data_;
  const DataOptions& options_;
  DataSink& sink_;
  std::vector<std::size_t> output_texts_;
  std::optional<LiteralWriter> literals_;
  std::optional<TableDigest> digest_;
  std::string head_;
  json::Buffer out_;
  std::size_t rows_ = 0;  // in out_
};

}  // namespace

WrittenData write_data(Host& host, const DataPlan& plan, const DataOptions& options, DataSink& sink,
                       bool digests) {
  const auto put = [&](DataSink::Part part, const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) sink.statement(part, sql + ";");
  };
  put(DataSink::Part::settings, plan.frame.settings);
  put(DataSink::Part::before, plan.frame.before);
  WrittenData written;
  for (const DataTable& table : plan.tables)
    written.tables.push_back(InsertWriter(host, table, options, sink, digests).write());
  if (options.large_objects) written.large_objects = write_large_objects(host, options.clean, sink);
  put(DataSink::Part::after, plan.frame.after);
  put(DataSink::Part::positions, plan.frame.positions);
  put(DataSink::Part::finish, plan.frame.finish);
  return written;
}

}  // namespace whimbrel
