#include <algorithm>

#include "common/bundle/document.h"
#include "common/bundle/value_text.h"
#include "common/error.h"
#include "common/transfer/secret_suspects.h"

namespace whimbrel {

namespace {

class Writer {
 public:
  Writer(const Host& host, const BundleShape& shape, BundleRowsOf& rows, const BundleContext& context,
         BundleLayout layout)
      : shape_(shape),
        rows_(rows),
        context_(context),
        layout_(layout),
        values_(host.dialect().dynamic_types) {}

  json::Buffer run() {
    const BundleNode& root = shape_.root();
    object(0, rows_.nodes[0], root.table == nullptr ? 0 : rows_.nodes[0].order.at(0), root.fields, 0);
    out_.append('\n');
    return std::move(out_);
  }

 private:
  // --- layout

  bool text() const { return layout_ == BundleLayout::text; }

  void line(std::size_t depth) {
    if (layout_ == BundleLayout::compact) return;
    out_.append('\n');
    out_.append(std::string_view(indent(2 * depth)));
  }

  std::string_view indent(std::size_t width) {
    if (spaces_.size() < width) spaces_.assign(2 * width, ' ');
    return std::string_view(spaces_).substr(0, width);
  }

  void begin(char bracket) {
    if (!text()) out_.append(bracket);
  }

  // Before the next member or element.
  void next(bool& first, std::size_t depth) {
    if (!first && !text()) out_.append(',');
    const bool at_start = first && text() && out_.size() == 0;
    first = false;
    if (!at_start) line(depth);
  }

  void end(char bracket, bool empty, std::size_t depth) {
    if (text()) {
      if (empty) out_.append(bracket == '}' ? " {}" : " []");
      return;
    }
    if (!empty) line(depth);
    out_.append(bracket);
  }

  void name(const BundleField& field) {
    if (text()) {
      out_.append(field.name);
      out_.append(':');
      return;
    }
    out_.append(field.encoded);
    if (layout_ == BundleLayout::pretty) out_.append(' ');
  }

  void string(std::string_view value) {
    if (text()) out_.append(' ');
    json::write_string(out_, value);
  }

  // --- content

  void object(std::size_t node, BundleRows& rows, std::size_t row, const std::vector<BundleField>& fields,
              std::size_t depth) {
    begin('{');
    bool first = true;
    members(node, rows, row, fields, depth + 1, first);
    end('}', first, depth);
  }

  void members(std::size_t node, BundleRows& rows, std::size_t row, const std::vector<BundleField>& fields,
               std::size_t depth, bool& first) {
    for (const BundleField& field : fields) {
      next(first, text() ? depth - 1 : depth);
      name(field);
      value(node, rows, row, field, depth);
    }
  }

  void value(std::size_t node, BundleRows& rows, std::size_t row, const BundleField& field,
             std::size_t depth) {
    switch (field.kind) {
      case BundleField::Kind::column:
        require_form(rows, row, field);
        cell(node, rows, row, field.place);
        break;
      case BundleField::Kind::constant:
        if (text()) out_.append(' ');
        out_.append(field.text);
        break;
      case BundleField::Kind::parameter: {
        const auto given = context_.parameters.find(field.text);
        if (given != context_.parameters.end())
          string(harmless(field.text, given->second));
        else
          out_.append(text() ? " null" : "null");
        break;
      }
      case BundleField::Kind::exported_at:
        string(context_.exported_at);
        break;
      case BundleField::Kind::bundle:
        string(shape_.name);
        break;
      case BundleField::Kind::object:
        object(node, rows, row, field.fields, depth);
        break;
      case BundleField::Kind::reference: {
        BundleRows& targets = rows.references[field.place];
        const std::uint32_t target = rows.leads_to[field.place][row];
        if (target >= kNotSaid)
          out_.append(text() ? " null" : "null");
        else if (field.scalar)
          value(BundleNode::npos, targets, target, targets.shape->fields[0], depth);
        else
          object(BundleNode::npos, targets, target, targets.shape->fields, depth);
        break;
      }
      case BundleField::Kind::rows:
        list(field.place, row, depth);
    }
  }

  void list(std::size_t node, std::size_t parent, std::size_t depth) {
    const BundleNode& of = *shape_.nodes[node];
    BundleNodeRows& rows = rows_.nodes[node];
    const bool object_form = of.form == BundleNode::Form::object;
    begin(object_form ? '{' : '[');
    bool first = true;
    for (std::uint32_t i = rows.begin[parent]; i < rows.begin[parent + 1]; ++i) {
      const std::uint32_t row = rows.order[i];
      next(first, text() ? depth : depth + 1);
      if (object_form) {
        key(of, rows, row);
      } else if (text()) {
        out_.append('-');
      }
      if (of.form == BundleNode::Form::list)
        value(node, rows, row, of.fields[0], depth + 1);
      else
        object(node, rows, row, of.fields, depth + 1);
    }
    end(object_form ? '}' : ']', first, depth);
  }

  void key(const BundleNode& of, BundleNodeRows& rows, std::uint32_t row) {
    const BundleRows* from = &rows;
    std::size_t place = of.key;
    if (of.key_reference != BundleNode::npos) {
      from = &rows.references[of.key_reference];
      row = rows.leads_to[of.key_reference][row];
      place = from->shape->fields[0].place;
    }
    const Cell& cell = from->row(row)[place];
    if (text())
      out_.append(shown_cell(cell, from->shape->column_at(place).kind));
    else if (cell.tag == Tag::text)
      json::write_string(out_, cell.view());
    else
      json::write_string(out_, shown_cell(cell, from->shape->column_at(place).kind));
    out_.append(':');
    if (layout_ == BundleLayout::pretty) out_.append(' ');
  }

  void cell(std::size_t node, BundleRows& rows, std::size_t row, std::size_t place) {
    const Cell& cell = rows.row(row)[place];
    const Column& column = rows.shape->column_at(place);
    if (points(cell.tag)) require_no_secret(node, rows, place, cell);
    if (text()) out_.append(' ');
    if (cell.tag == Tag::text && rows.shape->has_documents(place))
      out_.append(cell.view());
    else
      values_.write(out_, cell, column.kind);
  }

  // What the specification promises of a column's documents.
  void require_form(const BundleRows& rows, std::size_t row, const BundleField& field) {
    const Cell& cell = rows.row(row)[field.place];
    if (field.json == JsonForm::none || cell.is_null()) return;
    const bool array = field.json == JsonForm::array;
    const bool may_be = cell.tag == Tag::json || cell.tag == Tag::text;
    const std::size_t first = may_be ? cell.view().find_first_not_of(" \t\r\n") : std::string_view::npos;
    if (first != std::string_view::npos && cell.view()[first] == (array ? '[' : '{') &&
        (cell.tag == Tag::json || json::is_valid(cell.view())))
      return;
    throw Error(code::kWrongType, "column \"" + rows.shape->table->display_name() + "." +
                                      rows.shape->column_at(field.place).name +
                                      "\" has a value that is not " + (array ? "an array" : "an object") +
                                      ", as the bundle \"" + shape_.name + "\" says");
  }

  static bool points(Tag tag) {
    return tag == Tag::text || tag == Tag::json || tag == Tag::encoded || tag == Tag::odd_text;
  }

  // What the caller gives goes into the document too.
  const std::string& harmless(const std::string& parameter, const std::string& value) const {
    const std::string_view what = secret_in(value);
    if (what.empty()) return value;
    throw Error(code::kSecret,
                "parameter \"" + parameter + "\" has a value that looks like " + std::string(what),
                "A document of the bundle \"" + shape_.name + "\" never has a secret in it.");
  }

  // A surprise: the definition was right, but a value has come that is none for a document.
  void require_no_secret(std::size_t node, const BundleRows& rows, std::size_t place, const Cell& cell) {
    if (cell.size < kShortestSecret) return;
    const std::size_t column = rows.shape->columns[place];
    if (node != BundleNode::npos) {
      const auto& known = shape_.nodes[node]->not_secret;
      if (std::find(known.begin(), known.end(), column) != known.end()) return;
    }
    const std::string_view what = secret_in(cell.view());
    if (what.empty()) return;
    throw Error(code::kSecret,
                "column \"" + rows.shape->table->display_name() + "." + rows.shape->column_at(place).name +
                    "\" has a value that looks like " + std::string(what),
                "A document of the bundle \"" + shape_.name + "\" never has a secret in it.",
                "Declare the column, or the path inside its documents, in \"secrets\" of the specification.");
  }

  const BundleShape& shape_;
  BundleRowsOf& rows_;
  const BundleContext& context_;
  const BundleLayout layout_;
  ValueWriter values_;
  json::Buffer out_;
  std::string spaces_;
};

}  // namespace

json::Buffer write_bundle(const Host& host, const BundleShape& shape, BundleRowsOf& rows,
                          const BundleContext& context, BundleLayout layout) {
  return Writer(host, shape, rows, context, layout).run();
}

}  // namespace whimbrel
