// What a bundle's specification means for the tables of this database: which rows and columns, how they nest
// in a document, what identifies them, what is secret. Made by compile_bundle(); knows no rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/json/path.h"
#include "common/schema/model.h"
#include "common/transfer/conversion.h"

namespace whimbrel {

// What the documents of a column must be: the column's type does not say it.
enum class JsonForm : std::uint8_t { none, array, object };

// One key of an object of the document.
struct BundleField {
  enum class Kind : std::uint8_t {
    column,       // a value of the row
    constant,     // the same in each document
    parameter,    // what the exporter says
    exported_at,  // when
    bundle,       // the bundle's name
    object,       // more of the same row
    reference,    // a row that exists in each database, by its natural key
    rows          // rows that belong to this one
  };
  Kind kind = Kind::column;
  std::string name;
  std::string encoded;  // as it stands in a document, with its colon
  bool required = false;
  std::size_t place = 0;            // column: of its cell; reference, rows: which one
  JsonForm json = JsonForm::none;   // column
  std::string text;                 // constant: JSON; parameter: its name
  bool scalar = false;              // a reference that is one value instead of an object
  std::vector<BundleField> fields;  // of an object
};

struct BundleRow;

// Cells that hold the key of a row of another table.
struct BundleReference {
  std::vector<std::size_t> through;       // places of the cells
  std::vector<std::size_t> target_names;  // the same in the target row: what they hold
  std::unique_ptr<BundleRow> target;
  std::string column;  // the first of `through`, for people
  bool nullable = false;
  std::string path;  // of the field, below the row's object
};

// One kind of row. A place is the number of a cell.
struct BundleRow {
  const Table* table = nullptr;      // null: the document itself
  std::vector<std::size_t> columns;  // of the table, one for each cell
  std::vector<ColumnReading> readings;
  std::vector<std::size_t> natural_key;  // places
  std::vector<BundleReference> references;
  std::vector<BundleField> fields;

  std::vector<std::size_t> documents;  // places of text that is JSON

  std::size_t place_of(std::size_t column) const;  // npos: it is not read
  bool has_documents(std::size_t place) const;
  const Column& column_at(std::size_t place) const { return table->columns[columns[place]]; }
  std::vector<std::size_t> columns_at(const std::vector<std::size_t>& places) const;
};

struct BundleSecret {
  std::size_t column = 0;          // of the table
  std::vector<std::string> paths;  // inside its documents; none: the column as a whole, which is never read
};

// The key of another row, inside the documents of a column.
struct BundleInnerReference {
  std::size_t place = 0;
  json::Path path;
  std::string text;  // of the path
  const Table* target = nullptr;
  std::size_t named = 0;  // its column that documents have
  std::size_t by = 0;     // its column that identifies it everywhere
};

// Rows that are part of the bundle. The first node is the document's own row.
struct BundleNode : BundleRow {
  enum class Form : std::uint8_t { one, array, object, list };

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  Form form = Form::one;
  std::size_t parent = npos;              // node
  std::vector<std::size_t> children;      // nodes
  std::vector<std::size_t> via;           // places that hold the parent's key
  std::vector<std::size_t> parent_names;  // places in the parent's row, as many
  std::size_t key = npos;                 // Form::object: the place that its keys are
  std::size_t key_reference = npos;       // or the reference
  std::vector<std::size_t> primary_key;   // places; the natural key of a table without one
  std::vector<std::size_t> minted;        // of them, those that a new row gets here
  std::vector<bool> is_compared;          // by place: whether another value is a change
  std::vector<bool> is_written;           // by place: whether the document may change it
  std::vector<BundleSecret> secrets;
  std::vector<BundleInnerReference> inner;
  std::vector<std::size_t> not_secret;                     // columns that only look so
  std::vector<std::pair<std::size_t, std::string>> where;  // place, parameter: the rows of an export
  std::string singular, plural;                            // for people
  std::string path;                                        // of its field, below the parent's object

  const BundleSecret* secret_paths(std::size_t column) const;
};

struct BundleParameter {
  bool required = false;
  std::string otherwise;
  bool has_otherwise = false;
};

struct BundleShape {
  std::string name;
  std::string spec;  // as it was declared
  Schema schema;
  std::map<std::string, BundleParameter> parameters;
  std::vector<std::unique_ptr<BundleNode>> nodes;  // parents before their children

  const BundleNode& root() const { return *nodes.front(); }
};

// Throws one kInvalidBundle for everything that is wrong with the specification, in itself or for the tables
// of the host.
std::unique_ptr<BundleShape> compile_bundle(Host& host, std::string name, std::string_view spec);

}  // namespace whimbrel
