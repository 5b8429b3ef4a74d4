// Which keys of the imported tables change, and what becomes of each: decides by the schema and the rules who
// gets new ids and who follows whom, reads the keys of the document once, finds rows that the target has
// already, and mints the rest before anything is written.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/file/spill.h"
#include "common/host.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/parent_keys.h"
#include "common/transfer/references/id_map.h"
#include "common/transfer/references/key_index.h"
#include "common/transfer/references/key_trial.h"
#include "common/transfer/references/left_out.h"
#include "common/transfer/references/minter.h"
#include "common/transfer/references/reference_rule.h"
#include "common/transfer/references/remapping_options.h"
#include "common/transfer/rules.h"
#include "common/transfer/validator.h"

namespace whimbrel {

// A key that is referenced, or whose rows get new ids.
struct MappedKey {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;
  std::optional<IdMap> map;
  bool building = false;
};

// Where a reference leads to.
struct Target {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;  // of the table, one per part
  MappedKey* key = nullptr;          // null: the values stay as they are
  LeftOutKeys* left_out = nullptr;   // null: of a table that is not imported
  bool declared = false;             // by a rule: nobody else checks it
};

// Values of a row that name another one.
struct Link {
  std::vector<std::size_t> columns;
  std::size_t discriminator = Table::npos;         // a column
  std::vector<std::pair<std::string, Target>> to;  // by the discriminator's value; one without it
  bool declared = false;                           // as its targets are
};

// Whether what the link holds is part of these columns.
bool touches(const Link& link, const std::vector<std::size_t>& columns);

struct TableKeys {
  const Table* table = nullptr;
  const IndexedTable* source = nullptr;
  std::size_t place = 0;       // among the tables, in the order in which they are written
  std::vector<bool> assigned;  // columns that get new values: minted, or those of a row that is there already
  std::vector<bool> changed;   // these, and those that follow
  std::vector<Link> links;
  std::vector<std::size_t> natural_key;  // empty: none, or the primary key itself
  MappedKey* primary = nullptr;          // of its primary key, when rows of it have to be found by it
  std::unique_ptr<Minter> minter;
  std::uint64_t matched = 0;
  // Rows of the target that rows without a primary key found, by their natural key.
  std::unique_ptr<KeyIndex> found;

  bool assigns() const;
};

class KeyMaps {
 public:
  // All must outlive it; `tables` are those that are imported, in the order in which they are written.
  // `trial`: it only looks, and tells it what is wrong; null: it throws that.
  KeyMaps(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
          const Rules& rules, const RemappingOptions& options, const std::vector<const Table*>& tables,
          KeyTrial* trial);

  // Builds what is needed; after the tables were cleared, before the first row is written.
  void prepare();

  TableKeys* find(const Table& table);
  // The key of a reference rule's target; null key where nothing changes.
  Target target_of(const std::string& table, const std::string& column);

  // What the values of `target` become. `from` and `to` are as many as its columns.
  enum class Outcome : std::uint8_t {
    mapped,
    kept,
    missing,   // there is no such row
    left_out,  // it is one of the document that is not written
  };
  Outcome follow(const Target& target, const Cell* from, Cell* to, Arena& arena);
  // The new values of the primary key of `row`, whose cells `cells` are; mints for one that has none. Whether
  // they changed.
  bool assign(TableKeys& keys, const LeftOutRows::Row& row, Cell* cells, Arena& arena);
  // Whether a text is an old id, of a uuid or text, that has become another one: then of which table.
  bool has_text_ids() const;
  const Table* table_of_old_id(std::string_view text, Arena& arena);
  // Keys of one integer that change; those of a table's own.
  std::vector<const MappedKey*> integer_keys() const;
  // Columns whose values are such keys, by foreign keys of any table and by rules of those that are imported.
  std::vector<std::string> columns_that_name(const MappedKey& key) const;
  // Whether an integer was a key and is another one now.
  bool has_changed(const MappedKey& key, std::string_view id, Arena& arena) const;
  // What the values of a link's columns, which `row` gives, lead to; `from`: these values. Null: the
  // discriminator names no table, or a part is null.
  const Target* named_by(const Link& link, const LeftOutRows::Row& row, Cell* from, Arena& arena) const;
  // The values of a link's columns after it is followed. nullopt: they lead nowhere by themselves, or the
  // database checks it.
  std::optional<Outcome> follow_link(const Link& link, const std::function<Cell(std::size_t)>& row, Cell* to,
                                     Arena& arena);

  LeftOutRows& left_out() { return left_out_; }
  SpillSpace& space() { return space_; }
  // The values with which a row of the document is written, by which it is named: for `old`, its key. False
  // when none are known.
  bool written_key(const LeftOutKeys& named, const Cell* old, Cell* now, Arena& arena) const;
  // The rows of the document's table, with these of its columns; `number` from 1.
  using Visit = std::function<void(const LeftOutRows::Row& row, std::uint64_t number, Arena& arena)>;
  void read_rows(const TableKeys& keys, const std::vector<std::size_t>& columns, const Visit& visit);

 private:
  void find_assigned(TableKeys& keys, const Rules& rules);
  void find_links(TableKeys& keys, const Rules& rules);
  void spread_changes();
  bool changes(const Target& target) const;
  MappedKey* key_of(const Target& target);
  void build(MappedKey* key);
  void build_needs(const TableKeys& keys, const std::vector<std::size_t>& columns);
  void read_keys(const TableKeys& keys, const MappedKey& key, const Visit& visit);
  void build_primary(TableKeys& keys, MappedKey& key);
  void build_other(TableKeys& keys, MappedKey& key);
  void add(const TableKeys& keys, MappedKey& key, const Cell* from, const Cell* to, std::uint64_t row);
  void match_rows(TableKeys& keys, const MappedKey& key, IdMap& found, KeyIndex& rows);
  void require_apart(const TableKeys& keys, const std::optional<Cell>& row, std::uint64_t other,
                     const Cell* now) const;
  // `row`: from 1; 0: the table as a whole. Goes on where it only looks.
  void refuse(Error error, const TableKeys& keys, std::uint64_t row) const;
  bool natural_key_of(const TableKeys& keys, const LeftOutRows::Row& row, Cell* natural, Arena& arena);
  bool match_natural(const TableKeys& keys, const Cell* natural, std::uint64_t row, Cell* found,
                     Arena& arena);
  bool match_origin(const TableKeys& keys, const Cell* old, Cell* found, Arena& arena);
  void remember_origin(const TableKeys& keys, const Cell* from, const Cell* to);
  void prepare_minter(TableKeys& keys, std::uint64_t count);
  void mint(const TableKeys& keys, std::size_t column, std::uint64_t row, Cell& cell, Arena& arena) const;
  bool exists(const Table& table, const std::vector<std::size_t>& columns, const Cell* cells);
  bool is_in_document(const Target& target, const Cell* cells);
  bool was_made(const Target& target, const Cell* cells);

  Host& host_;
  const DocumentInput& input_;
  const DocumentIndex& index_;
  const Schema& schema_;
  const RemappingOptions& options_;
  SpillSpace space_;
  std::vector<std::unique_ptr<TableKeys>> tables_;
  std::vector<std::unique_ptr<MappedKey>> keys_;
  LeftOutRows left_out_{space_};
  KeyTrial* const trial_;  // null: not where it only looks
  // Keys of the document that do not change, as far as somebody has asked for them.
  struct KeptKeys {
    const Table* table;
    std::vector<std::size_t> columns;
    ParentKeys keys;
  };
  std::deque<KeptKeys> kept_;
  std::unordered_map<std::string, bool> known_;  // whether rows that are referenced exist in the target
};

}  // namespace whimbrel
