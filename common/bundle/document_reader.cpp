#include <algorithm>
#include <array>

#include "common/bundle/document.h"
#include "common/bundle/load.h"
#include "common/error.h"
#include "common/json/reader_value.h"
#include "common/json/tree.h"
#include "common/options.h"
#include "common/transfer/secret_suspects.h"

namespace whimbrel {

namespace {

using json::Token;

std::string_view name_of(Token token) {
  switch (token) {
    case Token::begin_object:
      return "an object";
    case Token::begin_array:
      return "an array";
    case Token::string:
      return "a string";
    case Token::number:
      return "a number";
    case Token::null:
      return "null";
    default:
      return "true or false";
  }
}

class DocumentReader {
 public:
  DocumentReader(const BundleShape& shape, std::string_view document, BundleRowsOf& rows,
                 BundleProblems& problems)
      : shape_(shape), reader_(document), rows_(rows), problems_(problems) {
    for (const auto& node : shape.nodes) secrets_.emplace_back(*node);
  }

  void run() {
    const BundleNode& root = shape_.root();
    std::uint32_t row = 0;
    if (root.table != nullptr) row = begin_row(0, 0, 0);
    for (const std::size_t child : root.children) rows_.nodes[child].given.resize(row + 1, false);
    object(0, rows_.nodes[0], row, root.fields);
    reader_.next();
    for (std::size_t node = 1; node < shape_.nodes.size(); ++node)
      rows_.nodes[node].given.resize(rows_.nodes[shape_.nodes[node]->parent].rows, false);
  }

 private:
  // --- where we are

  std::string path() const {
    std::string text = "$";
    for (const Step& step : steps_) {
      if (step.index != kNoIndex)
        text += "[" + std::to_string(step.index) + "]";
      else if (step.is_key)
        text += "[\"" + std::string(step.name) + "\"]";
      else
        text += "." + std::string(step.name);
    }
    return text;
  }

  void fault(const BundleRows& rows, std::string message, std::string_view code = code::kInvalidDocument) {
    fault_at(rows, path(), std::move(message), code);
  }

  void fault_at(const BundleRows& rows, std::string path, std::string message,
                std::string_view code = code::kInvalidDocument) {
    const Table* table = rows.shape == nullptr ? nullptr : rows.shape->table;
    problems_.error(code, table == nullptr ? std::string() : table->display_name(), std::move(path),
                    std::move(message));
  }

  // --- values

  std::uint32_t begin_row(std::size_t node, std::uint32_t parent, std::uint32_t ordinal) {
    BundleNodeRows& rows = rows_.nodes[node];
    const std::uint32_t row = rows.append();
    rows.parent.push_back(parent);
    rows.ordinal.push_back(ordinal);
    for (const std::size_t child : shape_.nodes[node]->children)
      rows_.nodes[child].given.resize(row + 1, false);
    return row;
  }

  // Whether what stands there is of this kind; else a fault, and it is taken.
  bool opens(const BundleRows& rows, Token wanted) {
    if (!is_next(rows, wanted)) return false;
    reader_.next();
    return true;
  }

  bool is_next(const BundleRows& rows, Token wanted) {
    const Token token = reader_.peek();
    if (token == wanted) return true;
    fault(rows, "must be " + std::string(name_of(wanted)) + ", not " + std::string(name_of(token)));
    reader_.skip_value();
    return false;
  }

  // The next key: known names mostly come in their order.
  const BundleField* next_field(const std::vector<BundleField>& fields, std::size_t expected) {
    if (expected < fields.size() && reader_.accept_key(fields[expected].encoded)) return &fields[expected];
    if (reader_.next() != Token::key) {
      ended_ = true;
      return nullptr;
    }
    const std::string_view name = reader_.text();
    for (const BundleField& field : fields)
      if (field.name == name) return &field;
    key_ = name;
    return nullptr;
  }

  void unknown_key(const BundleRows& rows, const std::vector<BundleField>& fields) {
    std::vector<std::string_view> known;
    for (const BundleField& field : fields) known.push_back(field.name);
    const std::string_view near = nearest_name(key_, known);
    fault_at(rows, path() + "." + key_,
             "unknown key \"" + key_ + "\"" +
                 (near.empty() ? std::string() : ", did you mean \"" + std::string(near) + "\"?"));
  }

  void object(std::size_t node, BundleRows& rows, std::uint32_t row, const std::vector<BundleField>& fields) {
    if (!opens(rows, Token::begin_object)) return;
    std::array<std::uint64_t, 4> seen{};
    std::size_t expected = 0;
    for (;;) {
      ended_ = false;
      const BundleField* const field = next_field(fields, expected);
      if (ended_) break;
      if (field == nullptr) {
        unknown_key(rows, fields);
        reader_.skip_value();
        continue;
      }
      const std::size_t index = static_cast<std::size_t>(field - fields.data());
      expected = index + 1;
      steps_.push_back({field->name, kNoIndex, false});
      std::uint64_t& word = seen[index / 64];
      const std::uint64_t bit = std::uint64_t{1} << (index % 64);
      if ((word & bit) != 0) {
        fault(rows, "the key stands there twice", code::kDuplicateKey);
        reader_.skip_value();
      } else {
        word |= bit;
        value(node, rows, row, *field);
      }
      steps_.pop_back();
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].required || (seen[i / 64] >> (i % 64) & 1) != 0) continue;
      fault_at(rows, path() + "." + fields[i].name, "is missing");
    }
  }

  void value(std::size_t node, BundleRows& rows, std::uint32_t row, const BundleField& field) {
    switch (field.kind) {
      case BundleField::Kind::column:
        if (field.json != JsonForm::none && reader_.peek() != Token::null &&
            !is_next(rows, field.json == JsonForm::array ? Token::begin_array : Token::begin_object))
          break;
        cell(node, rows, row, field.place, field.required);
        break;
      case BundleField::Kind::constant:
        constant(rows, field);
        break;
      case BundleField::Kind::parameter:
      case BundleField::Kind::exported_at:
      case BundleField::Kind::bundle:
        remark(rows, field);
        break;
      case BundleField::Kind::object:
        object(node, rows, row, field.fields);
        break;
      case BundleField::Kind::reference:
        reference(rows, row, field);
        break;
      case BundleField::Kind::rows:
        list(field.place, row);
    }
  }

  void constant(const BundleRows& rows, const BundleField& field) {
    JsonHasher hasher;
    Hash hash;
    hasher.read(reader_, hash);
    if (!(hash == hasher.hash(field.text))) fault(rows, "must be " + field.text);
  }

  // What says something about the document, and nothing about rows.
  void remark(const BundleRows& rows, const BundleField& field) {
    const Token token = reader_.next_value();
    const bool may_be_null = field.kind == BundleField::Kind::parameter && !field.required;
    if (token == Token::string) {
      if (field.kind == BundleField::Kind::bundle && reader_.text() != shape_.name)
        fault(rows, "the document is one of another bundle than \"" + shape_.name + "\"");
      if (!secret_in(reader_.text()).empty()) fault(rows, "looks like a secret", code::kSecret);
    } else if (token != Token::null || !may_be_null) {
      fault(rows, "must be a string, not " + std::string(name_of(token)));
    }
  }

  void reference(BundleRows& rows, std::uint32_t row, const BundleField& field) {
    const BundleReference& reference = rows.shape->references[field.place];
    if (reader_.peek() == Token::null) {
      reader_.next();
      rows.leads_to[field.place][row] = kNoRow;
      if (!reference.nullable) fault(rows, "must not be null");
      return;
    }
    BundleRows& targets = rows.references[field.place];
    const std::uint32_t target = targets.append();
    rows.leads_to[field.place][row] = target;
    if (field.scalar)
      cell(BundleNode::npos, targets, target, targets.shape->fields[0].place, true);
    else
      object(BundleNode::npos, targets, target, targets.shape->fields);
  }

  void list(std::size_t node, std::uint32_t parent) {
    const BundleNode& of = *shape_.nodes[node];
    BundleNodeRows& rows = rows_.nodes[node];
    rows.given.resize(std::max<std::size_t>(rows.given.size(), parent + 1), false);
    const bool keyed = of.form == BundleNode::Form::object;
    if (!opens(rows, keyed ? Token::begin_object : Token::begin_array)) return;
    rows.given[parent] = true;
    const Token end = keyed ? Token::end_object : Token::end_array;
    for (std::uint32_t ordinal = 0; reader_.peek() != end; ++ordinal) {
      const std::uint32_t row = begin_row(node, parent, ordinal);
      if (keyed) {
        reader_.next();
        steps_.push_back({rows_.arena.copy(reader_.text()), kNoIndex, true});
        key(of, rows, row, steps_.back().name);
      } else {
        steps_.push_back({{}, ordinal, false});
      }
      if (of.form == BundleNode::Form::list)
        value(node, rows, row, of.fields[0]);
      else
        object(node, rows, row, of.fields);
      steps_.pop_back();
    }
    reader_.next();
  }

  void key(const BundleNode& of, BundleNodeRows& rows, std::uint32_t row, std::string_view text) {
    BundleRows* to = &rows;
    std::size_t place = of.key;
    if (of.key_reference != BundleNode::npos) {
      to = &rows.references[of.key_reference];
      row = rows.leads_to[of.key_reference][row] = to->append();
      place = to->shape->fields[0].place;
    }
    const ColumnReading& reading = to->shape->readings[place];
    // A number as a key can only be written as text.
    const bool number = reading.kind == Kind::integer || reading.kind == Kind::numeric;
    const Misfit misfit = convert_scalar(number ? Token::number : Token::string, text, number, reading,
                                         rows_.arena, to->row(row)[place]);
    if (misfit) fault(rows, misfit.message, misfit.code);
  }

  void cell(std::size_t node, BundleRows& rows, std::uint32_t row, std::size_t place, bool required) {
    const ColumnReading& reading = rows.shape->readings[place];
    const Column& column = rows.shape->column_at(place);
    Cell& cell = rows.row(row)[place];
    Misfit misfit;
    if (rows.shape->has_documents(place) && reader_.peek() != Token::null) {
      cell = Cell::text(reader_.raw_value());
    } else if (reading.wants_raw()) {
      misfit = convert_raw(reader_.raw_value(), reading, rows_.arena, cell);
    } else {
      const Token token = reader_.next_value();
      if (token == Token::begin_object || token == Token::begin_array)
        misfit = convert_raw(reader_.text(), reading, rows_.arena, cell);
      else
        misfit = convert_scalar(token, reader_.text(), reader_.is_integer(), reading, rows_.arena, cell);
    }
    if (misfit) {
      fault(rows, misfit.message, misfit.code);
      return;
    }
    if (cell.tag == Tag::null && (column.not_null || required)) {
      fault(rows, "must not be null");
      return;
    }
    if (!column.labels.empty() && cell.tag == Tag::text &&
        std::find(column.labels.begin(), column.labels.end(), cell.view()) == column.labels.end())
      fault(rows, "is none of the values of " + column.type, code::kWrongType);
    check_secrets(node, rows, place, cell);
  }

  void check_secrets(std::size_t node, const BundleRows& rows, std::size_t place, const Cell& cell) {
    if (cell.tag != Tag::text && cell.tag != Tag::json && cell.tag != Tag::encoded) return;
    const std::size_t column = rows.shape->columns[place];
    if (node != BundleNode::npos) {
      SecretParts* const parts = secrets_[node].at(place);
      if (parts != nullptr && json::is_valid(cell.view()) && parts->without(cell.view()) != cell.view())
        fault(rows, "has a value where a secret is, which no document may bring", code::kSecret);
      const auto& known = shape_.nodes[node]->not_secret;
      if (std::find(known.begin(), known.end(), column) != known.end()) return;
    }
    if (cell.size >= kShortestSecret && !secret_in(cell.view()).empty())
      fault(rows, "looks like a secret", code::kSecret);
  }

  struct Step {
    std::string_view name;
    std::size_t index;
    bool is_key;
  };
  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);

  const BundleShape& shape_;
  json::Reader reader_;
  BundleRowsOf& rows_;
  BundleProblems& problems_;
  std::vector<NodeSecrets> secrets_;  // by node
  std::vector<Step> steps_;
  std::string key_;     // that no field has
  bool ended_ = false;  // the object's last key has been taken
};

}  // namespace

void BundleProblems::error(std::string_view code, std::string table, std::string path, std::string message) {
  if (errors_++ < kKept)
    kept_.push_back({"error", std::string(code), std::move(table), std::move(path), std::move(message)});
}

void BundleProblems::warn(std::string_view code, std::string table, std::string path, std::string message) {
  if (warnings_++ < kKeptWarnings)
    kept_.push_back({"warning", std::string(code), std::move(table), std::move(path), std::move(message)});
}

void BundleProblems::throw_if_any(const std::string& bundle) const {
  if (errors_ == 0) return;
  const BundleProblem* first = nullptr;
  std::string detail;
  for (const BundleProblem& problem : kept_) {
    if (problem.severity != "error") continue;
    if (first == nullptr) first = &problem;
    detail += (detail.empty() ? "" : "\n") + problem.path + ": " + problem.message;
  }
  throw Error(first->code,
              "bundle \"" + bundle + "\": " + first->path + ": " + first->message +
                  (errors_ == 1 ? std::string() : " (and " + std::to_string(errors_ - 1) + " more problems)"),
              detail, "bundle_validate() gives all of them as rows.");
}

void read_bundle(const BundleShape& shape, std::string_view document, BundleRowsOf& rows,
                 BundleProblems& problems) {
  try {
    DocumentReader(shape, document, rows, problems).run();
  } catch (const Error& error) {
    if (error.code != code::kInvalidJson) throw;
    problems.error(error.code, "", "$", error.message + (error.detail.empty() ? "" : ": " + error.detail));
  }
}

}  // namespace whimbrel
