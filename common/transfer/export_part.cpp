#include "common/transfer/export_part.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "common/transfer/export_options.h"
#include "common/transfer/schema_of_call.h"
#include "common/transfer/table_export.h"

namespace whimbrel {

namespace {

constexpr char kRows = 'r';
constexpr char kEnd = 'e';
constexpr std::size_t kMostBytes = std::size_t{1} << 16;  // of a message

// --- An end: out_of_order, row_count, sum, and the two keys with their lengths; as the process has them.

void put(std::string& to, const void* bytes, std::size_t size) {
  to.append(static_cast<const char*>(bytes), size);
}

void put_key(std::string& to, const std::vector<std::int64_t>& key) {
  const std::uint64_t size = key.size();
  put(to, &size, sizeof(size));
  put(to, key.data(), key.size() * sizeof(std::int64_t));
}

void get(std::string_view& from, void* bytes, std::size_t size) {
  if (from.size() < size) throw Error(code::kInternal, "a message of an export's worker is too short");
  if (size > 0) std::memcpy(bytes, from.data(), size);
  from.remove_prefix(size);
}

std::vector<std::int64_t> get_key(std::string_view& from) {
  std::uint64_t size = 0;
  get(from, &size, sizeof(size));
  if (size > from.size()) throw Error(code::kInternal, "a message of an export's worker is too short");
  std::vector<std::int64_t> key(size);
  get(from, key.data(), size * sizeof(std::int64_t));
  return key;
}

class PartExporter {
 public:
  PartExporter(Host& host, const TablePlan& plan, Layout layout, const ExportOptions& options,
               PartQueue& queue)
      : host_(host),
        plan_(plan),
        queue_(queue),
        out_(plan, layout, host.dialect(), options),
        writer_(buffer_, layout) {
    writer_.go_on();
  }

  void run() {
    while (const std::optional<ScanPart> part = queue_.take()) write(*part);
  }

 private:
  void write(const ScanPart& part) {
    out_.digest().restart();
    ExportRows rows(host_, plan_, true, true, part);
    while (rows.next()) {
      out_.write(rows, writer_);
      if (buffer_.size() >= kMostBytes) send();
      host_.check_interrupt();
    }
    send();
    std::string end(1, kEnd);
    const char out_of_order = rows.out_of_order() ? 1 : 0;
    const std::uint64_t count = out_.digest().rows();
    const Hash sum = out_.digest().digest();
    put(end, &out_of_order, 1);
    put(end, &count, sizeof(count));
    put(end, &sum, sizeof(sum));
    put_key(end, rows.reader().first_key());
    put_key(end, rows.reader().last_key());
    queue_.send(end);
  }

  void send() {
    std::string_view rest = buffer_.view();
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, kMostBytes);
      message_.assign(1, kRows);
      message_ += piece;
      queue_.send(message_);
      rest.remove_prefix(piece.size());
    }
    buffer_.clear();
  }

  Host& host_;
  const TablePlan& plan_;
  PartQueue& queue_;
  json::Buffer buffer_;
  TableExport out_;
  DocumentWriter writer_;
  std::string message_;
};

}  // namespace

std::string part_task(const std::string& table, Layout layout, const ExportOptions& options) {
  std::string task(1, static_cast<char>('0' + static_cast<int>(layout)));
  task += table;
  task += '\0';
  return task + options.text;
}

void export_parts(Host& host, std::string_view task, PartQueue& queue) {
  const std::size_t end_of_name = task.find('\0');
  const Layout layout = static_cast<Layout>(task[0] - '0');
  const std::string_view table = task.substr(1, end_of_name - 1);
  const std::string_view text = task.substr(end_of_name + 1);
  const Cell json = text.empty() ? Cell() : Cell::of(Tag::json, text);
  const ExportOptions options =
      export_options(Options(json, backup_file_option_specs()), json, host.dialect());
  const Schema schema = schema_of_call(host, options.selection);
  const ExportPlan plan = plan_export(host, schema, options);
  const auto is_it = [&](const TablePlan& candidate) { return candidate.table->display_name() == table; };
  const auto found = std::ranges::find_if(plan.tables, is_it);
  if (found == plan.tables.end())
    throw Error(code::kUnknownTable, "table \"" + std::string(table) + "\" is gone",
                "It was there when the export began.");
  PartExporter(host, *found, layout, options, queue).run();
}

PartMessage read_part_message(std::string_view message) {
  PartMessage read;
  char tag = 0;
  get(message, &tag, 1);
  read.is_end = tag == kEnd;
  if (!read.is_end) {
    read.rows = message;
    return read;
  }
  char out_of_order = 0;
  get(message, &out_of_order, 1);
  read.out_of_order = out_of_order != 0;
  get(message, &read.row_count, sizeof(read.row_count));
  get(message, &read.sum, sizeof(read.sum));
  read.first_key = get_key(message);
  read.last_key = get_key(message);
  return read;
}

}  // namespace whimbrel
