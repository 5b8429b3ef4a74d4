// A specification and the catalog become a BundleShape. Everything that is wrong is collected and thrown at
// once; rows are not looked at here (see suspects.h).
#include <algorithm>
#include <set>

#include "common/bundle/node_rules.h"
#include "common/error.h"
#include "common/error_text.h"
#include "common/json/writer.h"
#include "common/transfer/secret_suspects.h"

namespace whimbrel {

namespace {

constexpr std::size_t kMostFields = 256;  // of one object

// "agent_permissions": "agent permission", "agent permissions".
std::pair<std::string, std::string> label_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  std::string singular = name;
  if (name.ends_with("ies"))
    singular.replace(singular.size() - 3, 3, "y");
  else if (name.ends_with("s") && !name.ends_with("ss"))
    singular.pop_back();
  if (singular == name) name += "s";
  return {singular, name};
}

class Compiler : private NodeRules {
 public:
  Compiler(Host& host, std::string name, std::string_view spec) : NodeRules(host, std::move(name), spec) {}

  std::unique_ptr<BundleShape> run() {
    const json::Tree tree = json::read_tree(shape_->spec);
    const SpecValue spec(tree, "$", faults_);
    if (!tree.is_object()) {
      spec.fault("a specification is a JSON object");
    } else {
      parameters(spec);
      node(spec, BundleNode::npos, BundleNode::Form::one, "");
      for (const auto& node : shape_->nodes) finish(*node);
    }
    if (faults_.empty()) return std::move(shape_);
    std::string detail;
    for (const std::string& fault : faults_) detail += (detail.empty() ? "" : "\n") + fault;
    throw Error(code::kInvalidBundle,
                "bundle " + in_quotes(shape_->name) + ": " +
                    (faults_.size() == 1 ? faults_[0]
                                         : "the specification has " + std::to_string(faults_.size()) +
                                               " faults, the first of them: " + faults_[0]),
                detail);
  }

 private:
  void parameters(const SpecValue& spec) {
    if (!spec.has("parameters")) return;
    const SpecValue list = spec.member("parameters");
    if (!list.tree().is_object()) {
      for (const std::string& name : spec.list("parameters")) shape_->parameters[name];
      return;
    }
    for (const auto& [name, value] : list.members()) {
      BundleParameter& parameter = shape_->parameters[name];
      if (!value.tree().is_object()) {
        value.fault("must be an object, {} or {\"required\": true}");
        continue;
      }
      constexpr std::string_view kKeys[] = {"required", "default"};
      value.require_keys(kKeys);
      parameter.required = value.flag("required", false);
      parameter.has_otherwise = value.has("default");
      parameter.otherwise = value.text("default");
    }
  }

  // --- Fields

  // What of the row a field may be about, besides its cells.
  struct Owner {
    std::size_t node = BundleNode::npos;  // npos: the target of a reference
    std::string path;                     // below the row's object
  };

  void fields(BundleRow& row, const Owner& owner, const SpecValue& spec, std::vector<BundleField>& list) {
    if (!spec.tree().is_object()) {
      spec.fault("must be an object of fields");
      return;
    }
    if (spec.tree().members.size() > kMostFields) spec.fault("an object has at most 256 fields");
    std::set<std::string> names;
    for (const auto& [name, value] : spec.members()) {
      if (!names.insert(name).second) spec.fault("key " + in_quotes(name) + " stands there twice");
      list.push_back(field(row, {owner.node, owner.path + "." + name}, value, name));
    }
  }

  BundleField field(BundleRow& row, const Owner& owner, const SpecValue& spec, const std::string& name) {
    BundleField field;
    field.name = name;
    json::Buffer encoded;
    json::write_string(encoded, name);
    encoded.append(':');
    field.encoded = encoded.view();
    if (spec.tree().is_string()) {
      column_field(row, spec, spec.tree().text, field);
      return field;
    }
    constexpr std::string_view kKinds[] = {"column", "const",  "parameter", "value",
                                           "object", "parent", "rows",      "list"};
    const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](std::string_view one) { return spec.has(one); });
    if (!spec.tree().is_object() || kind == std::end(kKinds)) {
      spec.fault(
          "a field is the name of a column, or an object with one of the keys column, const, parameter, "
          "value, object, parent, rows and list");
      return field;
    }
    field.required = spec.flag("required", false);
    if (*kind == "parent") {
      reference(row, owner, spec, field);
    } else if (*kind == "rows" || *kind == "list") {
      rows(owner, spec, *kind, field);
    } else {
      std::vector<std::string_view> known = {*kind, "required"};
      if (*kind == "column") known.push_back("json");
      spec.require_keys(known);
      if (*kind == "column") {
        column_field(row, spec, spec.text("column"), field);
        if (spec.has("json")) json_form(row, spec, field);
      } else if (*kind == "const") {
        field.kind = BundleField::Kind::constant;
        field.text = spec.tree().find("const")->raw;
        if (!secret_in(field.text).empty()) spec.fault("the constant looks like a secret");
      } else if (*kind == "parameter") {
        field.kind = BundleField::Kind::parameter;
        field.text = parameter(spec, spec.text("parameter"));
        if (is_secret_name(field.text))
          spec.fault("the parameter looks like a secret, which a document never has");
      } else if (*kind == "value") {
        const std::string value = spec.text("value");
        field.kind = value == "bundle" ? BundleField::Kind::bundle : BundleField::Kind::exported_at;
        if (value != "bundle" && value != "exported_at")
          spec.member("value").fault("must be \"exported_at\" or \"bundle\"");
      } else {
        field.kind = BundleField::Kind::object;
        fields(row, owner, spec.member("object"), field.fields);
      }
    }
    return field;
  }

  void column_field(BundleRow& row, const SpecValue& spec, const std::string& name, BundleField& field) {
    field.kind = BundleField::Kind::column;
    if (row.table == nullptr) {
      spec.fault("there is no table here whose column this could be");
      return;
    }
    const std::size_t found = column(spec, *row.table, name);
    if (found == Table::npos) return;
    const Column& one = row.table->columns[found];
    if (one.generated) spec.fault("column " + in_quotes(name) + " is computed by the database");
    if (!declared_[&row].insert(found).second)
      spec.fault("column " + in_quotes(name) + " stands in the document twice");
    field.place = place(row, found);
    if (one.not_null && !one.has_default && !one.identity) field.required = true;
  }

  void json_form(BundleRow& row, const SpecValue& spec, BundleField& field) {
    const std::string form = spec.text("json");
    field.json = form == "array" ? JsonForm::array : JsonForm::object;
    if (form != "array" && form != "object") spec.member("json").fault("must be \"array\" or \"object\"");
    if (row.columns.empty()) return;
    const Column& column = row.column_at(field.place);
    if (column.kind == Kind::text)
      row.documents.push_back(field.place);
    else if (column.kind != Kind::json && column.kind != Kind::jsonb)
      spec.member("json").fault("column " + in_quotes(column.name) + " of type " + column.type +
                                " has no documents");
  }

  void reference(BundleRow& row, const Owner& owner, const SpecValue& spec, BundleField& field) {
    constexpr std::string_view kKeys[] = {"parent", "through", "by", "natural_key", "fields", "required"};
    spec.require_keys(kKeys);
    field.kind = BundleField::Kind::reference;
    const Table* target = table(spec, "parent");
    if (row.table == nullptr) spec.fault("there is no table here whose column this could be");
    if (target == nullptr || row.table == nullptr) return;
    std::vector<std::size_t> through = columns(spec, "through", *row.table);
    std::vector<std::size_t> names;
    link(spec, "through", *row.table, *target, through, names);
    BundleReference made;
    made.target = std::make_unique<BundleRow>();
    made.target->table = target;
    made.through = places(row, through);
    made.target_names = places(*made.target, names);
    made.nullable = true;
    made.path = owner.path;
    for (const std::size_t column : through) {
      if (!declared_[&row].insert(column).second)
        spec.fault("column " + in_quotes(row.table->columns[column].name) + " stands in the document twice");
      if (row.table->columns[column].not_null) made.nullable = false;
    }
    if (!through.empty()) made.column = row.table->columns[through[0]].name;
    if (!made.nullable) field.required = true;
    BundleRow& inner = *made.target;
    if (spec.has("by")) {
      if (spec.has("fields") || spec.has("natural_key"))
        spec.fault("\"by\" is one value: it goes with neither \"fields\" nor \"natural_key\"");
      BundleField value;
      column_field(inner, spec.member("by"), spec.text("by"), value);
      value.required = true;
      field.scalar = true;
      inner.natural_key = {value.place};
      inner.fields.push_back(std::move(value));
    } else {
      if (spec.has("fields"))
        fields(inner, {BundleNode::npos, owner.path}, spec.member("fields"), inner.fields);
      natural_key(spec, inner);
      if (!spec.has("fields")) {
        for (const std::size_t at : inner.natural_key) {
          const Column& one = inner.column_at(at);
          inner.fields.push_back(this->field(inner, {BundleNode::npos, owner.path},
                                             SpecValue(own_name(one.name), spec.path(), faults_), one.name));
        }
      }
      require_in_document(spec, inner);
    }
    check_names(spec, inner, {});
    field.place = row.references.size();
    row.references.push_back(std::move(made));
  }

  // A field that is called as its column.
  const json::Tree& own_name(const std::string& name) {
    auto tree = std::make_unique<json::Tree>();
    tree->token = json::Token::string;
    tree->text = name;
    own_names_.push_back(std::move(tree));
    return *own_names_.back();
  }

  void rows(const Owner& owner, const SpecValue& spec, std::string_view kind, BundleField& field) {
    field.kind = BundleField::Kind::rows;
    if (owner.node == BundleNode::npos) {
      spec.fault("the row that a reference leads to has no rows of its own in the document");
      return;
    }
    const BundleNode::Form form = kind == "list"    ? BundleNode::Form::list
                                  : spec.has("key") ? BundleNode::Form::object
                                                    : BundleNode::Form::array;
    field.place = node(spec, owner.node, form, owner.path);
  }

  // --- Nodes

  std::size_t node(const SpecValue& spec, std::size_t parent, BundleNode::Form form,
                   const std::string& path) {
    const std::size_t number = shape_->nodes.size();
    shape_->nodes.push_back(std::make_unique<BundleNode>());
    BundleNode& node = *shape_->nodes.back();
    specs_.push_back(std::make_unique<SpecValue>(spec));
    node.form = form;
    node.parent = parent;
    node.path = path;
    if (parent != BundleNode::npos) shape_->nodes[parent]->children.push_back(number);
    const bool list = form == BundleNode::Form::list;
    const std::string_view table_key = parent == BundleNode::npos ? "table" : list ? "list" : "rows";
    std::vector<std::string_view> known = {table_key,    "label",      "via",      "natural_key",
                                           "where",      "secrets",    "volatile", "ignore",
                                           "not_secret", "references", "required"};
    known.push_back(list ? "of" : "fields");
    if (parent == BundleNode::npos) known.insert(known.end(), {"parameters", "description"});
    if (form == BundleNode::Form::object) known.push_back("key");
    spec.require_keys(known);
    if (parent != BundleNode::npos || spec.has("table")) {
      node.table = table(spec, table_key);
      if (node.table == nullptr) return number;
      label(spec, node);
      if (parent != BundleNode::npos) belong(spec, node, *shape_->nodes[parent]);
    }
    const Owner owner{number, ""};
    if (list) {
      if (!spec.has("of")) {
        spec.fault("a list needs \"of\": the column, or the parent, that its elements are");
        return number;
      }
      node.fields.push_back(field(node, owner, spec.member("of"), ""));
      if (node.fields[0].kind != BundleField::Kind::column &&
          !(node.fields[0].kind == BundleField::Kind::reference && node.fields[0].scalar))
        spec.member("of").fault("an element of a list is a column, or a parent by one value (\"by\")");
    } else {
      if (form == BundleNode::Form::object) key(spec, node, owner);
      if (spec.has("fields"))
        fields(node, owner, spec.member("fields"), node.fields);
      else
        spec.fault("\"fields\" is missing");
    }
    return number;
  }

  void label(const SpecValue& spec, BundleNode& node) {
    std::tie(node.singular, node.plural) = label_of(node.table->name);
    const std::vector<std::string> words = spec.list("label");
    if (words.empty()) return;
    node.singular = words[0];
    node.plural = words.size() > 1 ? words[1] : words[0] + "s";
  }

  void belong(const SpecValue& spec, BundleNode& node, BundleNode& parent) {
    if (parent.table == nullptr) {
      if (spec.has("via")) spec.member("via").fault("there is no row around these that they could belong to");
      return;
    }
    std::vector<std::size_t> via = columns(spec, "via", *node.table);
    std::vector<std::size_t> names;
    link(spec, "via", *node.table, *parent.table, via, names);
    node.via = places(node, via);
    node.parent_names = places(parent, names);
  }

  void key(const SpecValue& spec, BundleNode& node, const Owner& owner) {
    BundleField made = field(node, {owner.node, owner.path}, spec.member("key"), "");
    if (made.kind == BundleField::Kind::column)
      node.key = made.place;
    else if (made.kind == BundleField::Kind::reference && made.scalar)
      node.key_reference = made.place;
    else
      spec.member("key").fault("a key is a column, or a parent by one value (\"by\")");
  }

  std::vector<std::unique_ptr<json::Tree>> own_names_;
};

}  // namespace

std::size_t BundleRow::place_of(std::size_t column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? BundleNode::npos : static_cast<std::size_t>(found - columns.begin());
}

bool BundleRow::has_documents(std::size_t place) const {
  return std::find(documents.begin(), documents.end(), place) != documents.end();
}

std::vector<std::size_t> BundleRow::columns_at(const std::vector<std::size_t>& places) const {
  std::vector<std::size_t> list;
  for (const std::size_t at : places) list.push_back(columns[at]);
  return list;
}

const BundleSecret* BundleNode::secret_paths(std::size_t column) const {
  for (const BundleSecret& secret : secrets)
    if (secret.column == column && !secret.paths.empty()) return &secret;
  return nullptr;
}

std::unique_ptr<BundleShape> compile_bundle(Host& host, std::string name, std::string_view spec) {
  return Compiler(host, std::move(name), spec).run();
}

}  // namespace whimbrel
