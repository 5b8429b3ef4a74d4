// The options of exports, as the SQL functions take them.
#pragma once

#include <span>

#include "common/options.h"
#include "common/transfer/export_plan.h"

namespace whimbrel {

// Those of data_digest, export_jsonl, export_json; of backups in general; of a backup as a file.
std::span<const OptionSpec> digest_option_specs();
std::span<const OptionSpec> export_line_option_specs();
std::span<const OptionSpec> export_option_specs();
std::span<const OptionSpec> export_file_option_specs();
std::span<const OptionSpec> backup_option_specs();
std::span<const OptionSpec> backup_file_option_specs();

// `json`: the argument that `options` were read from. Throws kInvalidOption; kUnsupported for `workers` where
// the engine has none.
ExportOptions export_options(const Options& options, const Cell& json, const Dialect& dialect);

}  // namespace whimbrel
