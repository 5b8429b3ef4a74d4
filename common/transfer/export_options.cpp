#include "common/transfer/export_options.h"

#include <algorithm>
#include <array>

#include "common/error.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kMostWorkers = 64;

template <std::size_t first, std::size_t second>
constexpr std::array<OptionSpec, first + second> joined(const std::array<OptionSpec, first>& a,
                                                        const std::array<OptionSpec, second>& b) {
  std::array<OptionSpec, first + second> all{};
  std::ranges::copy(a, all.begin());
  std::ranges::copy(b, all.begin() + first);
  return all;
}

constexpr std::string_view kCompressions[] = {"none", "gzip", "zstd"};
constexpr std::string_view kNumbers[] = {"number", "string"};
constexpr std::string_view kSecretForms[] = {"omit", "redact"};
constexpr auto kDigestOptions = std::to_array<OptionSpec>({{"tables", OptionType::text_list},
                                                           {"exclude", OptionType::text_list},
                                                           {"skip", OptionType::text_list},
                                                           {"schemas", OptionType::text_list},
                                                           {"where", OptionType::text_map},
                                                           {"subset", OptionType::text_map},
                                                           {"include_logs", OptionType::boolean},
                                                           {"secrets", OptionType::text, kSecretForms}});
constexpr auto kLineOptions = joined(
    kDigestOptions,
    std::to_array<OptionSpec>({{"progress", OptionType::boolean}, {"numbers", OptionType::text, kNumbers}}));
constexpr auto kExportOptions =
    joined(kLineOptions, std::to_array<OptionSpec>({{"pretty", OptionType::boolean}}));
constexpr auto kFileOptions =
    joined(kExportOptions, std::to_array<OptionSpec>({{"workers", OptionType::integer}}));
constexpr auto kCompress = std::to_array<OptionSpec>({{"compress", OptionType::text, kCompressions}});
constexpr auto kBackupOptions = joined(kExportOptions, kCompress);
constexpr auto kBackupFileOptions = joined(kFileOptions, kCompress);

std::size_t worker_count(const Options& options, const Dialect& dialect) {
  const std::int64_t count = options.integer("workers").value_or(1);
  if (count < 1 || count > kMostWorkers)
    throw Error(code::kInvalidOption, "option \"workers\" must be from 1 to " + std::to_string(kMostWorkers) +
                                          ", not " + std::to_string(count));
  if (count > 1 && !dialect.has_workers)
    throw Error(code::kUnsupported, "option \"workers\" is for PostgreSQL",
                "A connection to SQLite is one thread's, and others do not see what its transaction did.",
                "Leave the option out: the file is the same.");
  return static_cast<std::size_t>(count);
}

}  // namespace

std::span<const OptionSpec> digest_option_specs() { return kDigestOptions; }
std::span<const OptionSpec> export_line_option_specs() { return kLineOptions; }
std::span<const OptionSpec> export_option_specs() { return kExportOptions; }
std::span<const OptionSpec> export_file_option_specs() { return kFileOptions; }
std::span<const OptionSpec> backup_option_specs() { return kBackupOptions; }
std::span<const OptionSpec> backup_file_option_specs() { return kBackupFileOptions; }

ExportOptions export_options(const Options& options, const Cell& json, const Dialect& dialect) {
  ExportOptions wanted;
  wanted.selection = selection_options(options);
  wanted.where = options.map("where");
  wanted.subset = options.map("subset");
  wanted.include_logs = options.flag("include_logs", false);
  wanted.large_integers_as_text = options.text("numbers") == "string";
  wanted.progress = options.flag("progress", false);
  if (options.text("secrets") == "redact") wanted.secrets = SecretForm::redact;
  wanted.workers = worker_count(options, dialect);
  if (!json.is_null()) wanted.text = json.view();
  return wanted;
}

}  // namespace whimbrel
