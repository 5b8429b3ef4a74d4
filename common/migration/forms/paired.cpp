// The tools that keep up and down in two files: golang-migrate, sqlx, morph, authelia's, popx, postgrator.
#include <algorithm>
#include <map>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

namespace {

struct Half {
  PairName name;
  NamedText* file = nullptr;
  bool transaction = true;
};

[[noreturn]] void fail_twice(const PairName& name, const NamedText& a, const NamedText& b) {
  throw Error(code::kDuplicateVersion,
              "two migrations of version " + name.version + ": \"" + a.name + "\" and \"" + b.name + "\"", {},
              "Give one of them another version.");
}

void join_halves(std::vector<Half>&& halves, TextForm form, Source& source) {
  struct Pair {
    Half* up = nullptr;
    Half* down = nullptr;
  };
  std::map<std::string, Pair> pairs;
  for (Half& half : halves) {
    Pair& pair = pairs[version_key(half.name.version)];
    Half*& place = half.name.kind == PartKind::up ? pair.up : pair.down;
    if (place != nullptr) fail_twice(half.name, *place->file, *half.file);
    place = &half;
  }
  for (Half& half : halves) half.file->name.erase(0, directory_name(half.file->name).size());
  for (auto& [key, pair] : pairs) {
    if (pair.up == nullptr) {
      throw Error(code::kMigrationSyntax, "migration \"" + pair.down->file->name + "\" has no up file", {},
                  "Put the file that applies it beside it; it may hold a comment alone.");
    }
    SourceFile migration = migration_of(std::move(*pair.up->file), std::move(pair.up->name.version),
                                        std::move(pair.up->name.description), form);
    migration.transaction = pair.up->transaction;
    if (pair.down != nullptr)
      migration.down = CompanionText{std::move(pair.down->file->name), std::move(pair.down->file->text),
                                     pair.down->transaction};
    source.files.push_back(std::move(migration));
  }
}

// Takes the halves that `parse` knows; the other .sql files are skipped, as these tools do.
template <typename Parse>
std::vector<Half> halves_of(FileSet& set, Source& source, Parse&& parse) {
  std::vector<Half> halves;
  for (NamedText& file : set.files) {
    if (auto name = parse(base_name(file.name))) {
      halves.push_back({std::move(*name), &file, true});
      if (has(file.marks, Mark::sqlx) || has(file.marks, Mark::morph)) halves.back().transaction = false;
    } else if (is_sql_file(file.name)) {
      source.skipped.push_back(file.name);
    }
  }
  return halves;
}

// Takes the halves that `parse` knows with their dialect. The file of the engine's dialect wins over the
// generic one; those of other dialects are not for us.
template <typename Parse>
std::vector<Half> halves_for_engine(FileSet& set, Source& source, Parse&& parse) {
  struct Choice {
    DialectName name;
    NamedText* file = nullptr;
  };
  std::map<std::pair<std::string, PartKind>, Choice> chosen;
  for (NamedText& file : set.files) {
    std::optional<DialectName> name = parse(base_name(file.name));
    if (!name) {
      if (is_sql_file(file.name)) source.skipped.push_back(file.name);
      continue;
    }
    if (!name->dialect.empty() && !is_dialect_of(name->dialect, set.engine)) continue;
    Choice& choice = chosen[{version_key(name->pair.version), name->pair.kind}];
    if (choice.file != nullptr && choice.name.dialect.empty() == name->dialect.empty())
      fail_twice(name->pair, *choice.file, file);
    if (choice.file != nullptr && name->dialect.empty()) continue;
    choice = {std::move(*name), &file};
  }
  std::vector<Half> halves;
  for (auto& [key, choice] : chosen)
    halves.push_back({std::move(choice.name.pair), choice.file, !choice.name.autocommit});
  // A generic down beside an up for other dialects only has nothing to undo here.
  std::erase_if(halves, [&chosen](const Half& half) {
    return half.name.kind == PartKind::down &&
           !chosen.contains({version_key(half.name.version), PartKind::up});
  });
  return halves;
}

}  // namespace

void read_golang_migrate_files(FileSet&& set, Source& source) {
  for (const std::string& other : set.others)
    if (other.ends_with(".up.go") || other.ends_with(".down.go")) refuse_go(other, "its tool");
  std::vector<Half> halves = halves_of(set, source, parse_pair_name);
  for (Half& half : halves) half.transaction = true;
  join_halves(std::move(halves), TextForm::golang_migrate, source);
}

void read_sqlx_files(FileSet&& set, Source& source) {
  join_halves(
      halves_of(set, source,
                [](std::string_view name) -> std::optional<PairName> {
                  if (auto pair = parse_pair_name(name)) return pair;
                  auto simple = parse_number_name(name);
                  if (!simple) return std::nullopt;
                  return PairName{std::move(simple->version), std::move(simple->description), PartKind::up};
                }),
      TextForm::plain, source);
}

void read_morph_files(FileSet&& set, Source& source) {
  join_halves(halves_of(set, source, parse_pair_name), TextForm::plain, source);
}

void read_postgrator_files(FileSet&& set, Source& source) {
  for (const std::string& other : set.others) {
    const std::string_view base = base_name(other);
    const std::string_view action = base.substr(leading_digits(base));
    if (action.size() == base.size() || !(action.starts_with(".do.") || action.starts_with(".undo.")))
      continue;
    throw Error(code::kUnsupported, "migration \"" + other + "\" is not written in SQL",
                "postgrator runs it between the others; the database cannot.",
                "Write what it does as SQL, under the same version.");
  }
  join_halves(halves_of(set, source, parse_postgrator_name), TextForm::plain, source);
}

void read_authelia_files(FileSet&& set, Source& source) {
  join_halves(halves_for_engine(set, source, parse_authelia_name), TextForm::plain, source);
}

void read_popx_files(FileSet&& set, Source& source) {
  join_halves(halves_for_engine(set, source, parse_popx_name), TextForm::popx, source);
}

}  // namespace whimbrel
