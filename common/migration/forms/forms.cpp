#include "common/migration/forms/forms.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

namespace {

// How a tool puts its files in order, where that is not by number: by the digits that a name begins with, as
// a text, or by the whole name.
enum class Order : std::uint8_t { number, digits, name };

struct Tool {
  std::string_view name;
  void (*read)(FileSet&&, Source&);
  Order order = Order::number;
};

constexpr std::array<Tool, 19> kTools = {{{"native", read_native_files},
                                          {"dbmate", read_dbmate_files, Order::name},
                                          {"goose", read_goose_files},
                                          {"golang-migrate", read_golang_migrate_files},
                                          {"flyway", read_flyway_files},
                                          {"sqlx", read_sqlx_files},
                                          {"tern", read_tern_files},
                                          {"graphile-migrate", read_graphile_files},
                                          {"sqitch", read_sqitch_files},
                                          {"supabase", read_supabase_files, Order::name},
                                          {"atlas", read_atlas_files, Order::name},
                                          {"liquibase", read_liquibase_files},
                                          {"refinery", read_refinery_files},
                                          {"prisma", read_prisma_files, Order::digits},
                                          {"diesel", read_diesel_files, Order::digits},
                                          {"popx", read_popx_files},
                                          {"morph", read_morph_files},
                                          {"authelia", read_authelia_files},
                                          {"postgrator", read_postgrator_files}}};

const Tool& tool_of(std::string_view name) {
  const auto found =
      std::find_if(kTools.begin(), kTools.end(), [name](const Tool& one) { return one.name == name; });
  if (found == kTools.end()) throw Error(code::kInternal, "a form of migrations without a reader");
  return *found;
}

// What a file says about its form, and the file that said so.
struct Witness {
  std::string_view form;
  const std::string* file = nullptr;
};

[[noreturn]] void fail_mixed(const Witness& a, const Witness& b) {
  const auto show = [](const Witness& one) {
    return "\"" + *one.file + "\" is of " +
           (one.form == "native" ? "dbmate or the native form" : std::string(one.form));
  };
  throw Error(
      code::kMixedForms, "files of two forms in one source: " + show(a) + ", " + show(b), {},
      "Keep the files of each tool in a directory of their own, or name the form of all of them in the "
      "option \"form\".");
}

// Marks that no other form's text has.
std::string_view form_by_content(Marks marks) {
  if (has(marks, Mark::goose)) return "goose";
  if (has(marks, Mark::tern)) return "tern";
  if (has(marks, Mark::liquibase)) return "liquibase";
  if (has(marks, Mark::graphile)) return "graphile-migrate";
  if (has(marks, Mark::native)) return "native";
  return {};
}

// The form that alone has such a name; empty for {version}_{description}.sql and for what is no migration.
std::string_view form_by_name(std::string_view path) {
  const std::string_view base = base_name(path);
  if (base == "sqitch.plan") return "sqitch";
  if (base == "migration.sql") return "prisma";
  if (base == "up.sql" || base == "down.sql") return "diesel";
  if (const auto popx = parse_popx_name(base); popx && (popx->autocommit || !popx->dialect.empty()))
    return "popx";
  if (parse_pair_name(base)) return "golang-migrate";
  if (parse_postgrator_name(base)) return "postgrator";
  if (parse_authelia_name(base)) return "authelia";
  if (parse_flyway_name(base) || !flyway_callback(base).empty()) return "flyway";
  return {};
}

class Recogniser {
 public:
  explicit Recogniser(const FileSet& set) : set_(set) {}

  std::string_view form() {
    for (const NamedText& file : set_.files) look(file.name, file.marks);
    if (sqitch_) return "sqitch";
    if (content_.file != nullptr) {
      if (named_.file != nullptr) fail_mixed(content_, named_);
      return content_.form;
    }
    const bool sqlx = (all_ & static_cast<Marks>(Mark::sqlx)) != 0;
    const bool morph = (all_ & static_cast<Marks>(Mark::morph)) != 0;
    if (named_.file == nullptr) {
      if (atlas_sum_ || (all_ & static_cast<Marks>(Mark::atlas)) != 0) return "atlas";
      return sqlx ? "sqlx" : "native";
    }
    if (named_.form == "golang-migrate") {
      if (morph) return "morph";
      if (sqlx) return "sqlx";
    }
    // Others pass such files over; whether that is meant only the option can say.
    if (plain_ != nullptr) fail_mixed(named_, {"native", plain_});
    if (named_.form == "flyway" && undoes_without_version()) return "refinery";
    return named_.form;
  }

 private:
  void look(const std::string& name, Marks marks) {
    all_ |= marks;
    if (base_name(name) == "sqitch.plan") sqitch_ = true;
    if (base_name(name) == "atlas.sum") atlas_sum_ = true;
    const std::string_view content = form_by_content(marks);
    if (!content.empty()) return take(content_, {content, &name});
    if (!is_sql_file(name)) return;
    std::string_view named = form_by_name(name);
    if (named.empty()) {
      if (parse_file_name(base_name(name))) plain_ = &name;
      return;
    }
    if (named_.form == "popx" && named == "golang-migrate" && parse_popx_name(base_name(name)))
      named = "popx";
    if (named == "popx" && named_.form == "golang-migrate") named_ = {};
    take(named_, {named, &name});
  }

  static void take(Witness& to, const Witness& one) {
    if (to.file == nullptr) {
      to = one;
    } else if (to.form != one.form) {
      fail_mixed(to, one);
    }
  }

  // In Flyway U is the undo of a V; in refinery it is a migration by itself.
  bool undoes_without_version() const {
    std::vector<std::string> versions;
    const NamedText* undo = nullptr;
    bool paired = false;
    for (const NamedText& file : set_.files) {
      const auto name = parse_flyway_name(base_name(file.name));
      if (name && name->prefix == 'V') versions.push_back(version_key(name->version));
      if (name && (name->prefix == 'R' || name->prefix == 'B')) paired = true;
    }
    for (const NamedText& file : set_.files) {
      const auto name = parse_flyway_name(base_name(file.name));
      if (!name || name->prefix != 'U') continue;
      const std::string key = version_key(name->version);
      if (std::find(versions.begin(), versions.end(), key) != versions.end()) {
        paired = true;
      } else {
        undo = &file;
      }
    }
    if (undo == nullptr) return false;
    if (paired)
      throw Error(code::kMixedForms,
                  "file \"" + undo->name +
                      "\" has no V file of its version: it is an undo of Flyway or a "
                      "migration of refinery",
                  {}, "Say which in the option \"form\": \"flyway\" or \"refinery\".");
    return true;
  }

  const FileSet& set_;
  Witness content_;
  Witness named_;
  const std::string* plain_ = nullptr;  // {version}_{description}.sql without a mark
  Marks all_ = 0;
  bool sqitch_ = false;
  bool atlas_sum_ = false;
};

// The innermost of a file's directories that is named after a dialect; empty without one.
std::string_view dialect_of(const NamedText& file) {
  std::string_view directory = directory_name(file.name);
  while (!directory.empty()) {
    directory.remove_suffix(1);
    if (is_dialect(base_name(directory))) return base_name(directory);
    directory = directory_name(directory);
  }
  return {};
}

// Of postgres/0001_x.up.sql and sqlite/0001_x.up.sql only the engine's own is meant, and what stands in no
// such directory.
void keep_own_dialect(FileSet& set) {
  std::erase_if(set.files, [&](const NamedText& file) {
    const std::string_view dialect = dialect_of(file);
    const bool other = !dialect.empty() && !is_dialect_of(dialect, set.engine);
    if (other && is_sql_file(file.name)) set.elsewhere.push_back(file.name);
    return other;
  });
}

std::string place_in(Order order, const SourceFile& file) {
  std::string place = file.name.substr(0, order == Order::digits ? file.name.find('_') : std::string::npos);
  if (order == Order::digits) std::erase(place, '-');
  return place;
}

constexpr std::size_t kFewestOfTime = 8;  // digits

// Where the order of names is another one than that of numbers, files would run in an order that they never
// ran in. Small numbers mean their order (2, 10), whatever a tool makes of it.
void check_order(const Tool& tool, const Source& source) {
  if (tool.order == Order::number) return;
  std::vector<const SourceFile*> files;
  for (const SourceFile& file : source.files)
    if (file.version.size() >= kFewestOfTime) files.push_back(&file);
  std::ranges::stable_sort(files, [](const SourceFile* a, const SourceFile* b) {
    return compare_versions(a->version, b->version) < 0;
  });
  for (std::size_t i = 1; i < files.size(); ++i) {
    if (place_in(tool.order, *files[i - 1]) <= place_in(tool.order, *files[i])) continue;
    throw Error(code::kBadFileName,
                "migration files \"" + files[i - 1]->name + "\" and \"" + files[i]->name +
                    "\" stand in this order by number, and in " + std::string(tool.name) +
                    " the other way round, which goes by names",
                {}, "Give the numbers of all names the same width, so that both orders are one.");
  }
}

}  // namespace

void read_files(FileSet&& set, const std::optional<std::string>& form, Source& source) {
  keep_own_dialect(set);
  const Tool& tool = tool_of(form ? std::string_view(*form) : Recogniser(set).form());
  source.form = tool.name;
  source.files.reserve(set.files.size());
  source.elsewhere = std::move(set.elsewhere);
  tool.read(std::move(set), source);
  check_order(tool, source);
}

}  // namespace whimbrel
