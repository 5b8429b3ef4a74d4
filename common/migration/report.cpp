#include "common/migration/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "common/json/writer.h"
#include "common/migration/own_tables.h"
#include "common/text/datetime.h"

namespace whimbrel {

namespace {

struct StateName {
  std::string_view state;
  std::string_view label;   // of a line
  std::string_view plural;  // in the totals
};

constexpr std::array<StateName, 8> kStates = {{
    {state::kApplied, "✓ Applied", "applied"},
    {state::kPending, "⏳ Pending", "pending"},
    {state::kChanged, "⚠ Changed", "changed"},
    {state::kMissing, "⚠ Missing", "missing"},
    {state::kOutOfOrder, "⚠ Out of order", "out of order"},
    {state::kIncomplete, "⚠ Incomplete", "incomplete"},
    {state::kRepeatable, "↻ Repeatable", "to be repeated"},
    {state::kSkipped, "· Skipped", "skipped"},
}};

std::size_t count(std::span<const MigrationState> rows, std::string_view state) {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [state](const MigrationState& row) { return row.state == state; }));
}

// SQLite keeps times as text, in UTC.
std::string timestamp_text(const Cell& value) {
  char text[kMaxDateTimeText];
  if (value.tag == Tag::timestamptz || value.tag == Tag::timestamp)
    return {text, format_timestamp(text, value.integer, value.tag == Tag::timestamptz)};
  const auto time = parse_timestamp(text_of(value));
  return time ? std::string(text, format_timestamp(text, time->microseconds, true)) : text_of(value);
}

// "2026-11-20 18:00:00": a person needs neither fraction nor letters.
std::string readable_timestamp(const Cell& value) {
  std::string text = timestamp_text(value);
  if (value.is_null() || text.size() < 19 || text[10] != 'T') return text;
  text[10] = ' ';
  text.erase(19);
  return text;
}

void write_key(json::Buffer& out, std::string_view key, bool first = false) {
  if (!first) out.append(',');
  json::write_string(out, key);
  out.append(':');
}

void write_text(json::Buffer& out, std::string_view key, std::string_view value, bool null) {
  write_key(out, key);
  if (null) {
    out.append("null");
  } else {
    json::write_string(out, value);
  }
}

}  // namespace

std::string report_text(std::span<const MigrationState> rows) {
  std::string text = "Migrations: " + std::to_string(count(rows, state::kApplied)) + " applied, " +
                     std::to_string(count(rows, state::kPending)) + " pending";
  for (const StateName& name : std::span(kStates).subspan(2)) {
    if (const std::size_t found = count(rows, name.state); found > 0)
      text += ", " + std::to_string(found) + " " + std::string(name.plural);
  }
  for (const MigrationState& row : rows) {
    const auto* name = std::find_if(kStates.begin(), kStates.end(),
                                    [&row](const StateName& one) { return one.state == row.state; });
    ((((text += "\n[") += name->label) += "] ") += row.version);
    if (!row.description.empty()) (text += ' ') += row.description;
    if (row.applied) {
      ((text += " (") += readable_timestamp(row.applied_at)) += ", ";
      text += std::to_string(std::llround(row.duration_ms)) + " ms)";
    }
    if (!row.note.empty()) (text += ": ") += row.note;
  }
  return text;
}

std::string report_json(std::span<const MigrationState> rows) {
  json::Buffer out;
  out.append("{\"totals\":{");
  bool first = true;
  for (const StateName& name : kStates) {
    write_key(out, name.state, first);
    json::write_integer(out, static_cast<std::int64_t>(count(rows, name.state)));
    first = false;
  }
  out.append("},\"migrations\":[");
  for (const MigrationState& row : rows) {
    if (&row != rows.data()) out.append(',');
    out.append('{');
    write_key(out, "version", true);
    json::write_string(out, row.version);
    write_text(out, "description", row.description, false);
    write_text(out, "state", row.state, false);
    write_text(out, "applied_at", timestamp_text(row.applied_at), !row.applied);
    write_text(out, "applied_by", row.applied_by, !row.applied);
    write_key(out, "duration_ms");
    if (row.applied) {
      json::write_real(out, row.duration_ms);
    } else {
      out.append("null");
    }
    write_text(out, "file", row.file, row.file.empty());
    write_text(out, "note", row.note, row.note.empty());
    out.append('}');
  }
  out.append("]}");
  return std::string(out.view());
}

}  // namespace whimbrel
