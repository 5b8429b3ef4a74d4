#include "pg_ext/statements.h"

#include <algorithm>

#include "common/cell_copy.h"
#include "common/error.h"
#include "pg_ext/query_reader.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

constexpr std::size_t kLargeValue = 64 * 1024;

// Parameter types follow from where the parameters stand; the array is our own, so that it outlives the
// parser.
struct ParameterTypes {
  Oid* types;
  int count;
};

void setup_parameters(ParseState* state, void* argument) {
  ParameterTypes* types = static_cast<ParameterTypes*>(argument);
  setup_parse_variable_parameters(state, &types->types, &types->count);
}

bool has_large(std::span<const Cell> parameters) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Cell& cell) { return points_to_value(cell.tag) && cell.size > kLargeValue; });
}

// Inside pg_call; in CurrentMemoryContext.
ParamListInfo bind_parameters(const Oid* types, std::span<const FieldWriter> writers,
                              std::span<const Cell> cells, json::Buffer& scratch) {
  const ParamListInfo list = makeParamList(static_cast<int>(cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    ParamExternData& parameter = list->params[i];
    bool is_null = false;
    parameter.value = writers[i].write(cells[i], is_null, scratch);
    parameter.isnull = is_null;
    parameter.pflags = PARAM_FLAG_CONST;
    parameter.ptype = types[i];
  }
  return list;
}

}  // namespace

void check_spi_result(int result) {
  if (result >= 0) return;
  switch (result) {
    case SPI_ERROR_TRANSACTION:
      throw Error(code::kTransactionControl, "transaction control inside a function is not possible", {},
                  "Leave out BEGIN, COMMIT, ROLLBACK and SAVEPOINT: the caller's transaction holds "
                  "everything together.");
    case SPI_ERROR_COPY:
      throw Error(code::kUnsupported, "COPY from or to the client is not possible inside a function");
    default:
      throw Error(code::kInternal, std::string("SPI failed: ") + SPI_result_code_string(result));
  }
}

Statements::Prepared& Statements::prepare(std::string_view sql, std::span<const Cell> parameters) {
  if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second;
  const std::string text(sql);
  Prepared prepared;
  const int count = static_cast<int>(parameters.size());
  const MemoryContext memory = CurrentMemoryContext;
  prepared.writers.resize(parameters.size());
  struct Made {
    SPIPlanPtr plan;
    Oid* types;
  };
  const Made made = pg_call([&] {
    ParameterTypes* types =
        static_cast<ParameterTypes*>(MemoryContextAllocZero(memory, sizeof(ParameterTypes)));
    types->types =
        static_cast<Oid*>(MemoryContextAllocZero(memory, sizeof(Oid) * static_cast<std::size_t>(count + 1)));
    types->count = count;
    SPIPrepareOptions options{};
    options.parserSetup = setup_parameters;
    options.parserSetupArg = types;
    // A plan for these very values would have copies of them in it, several times.
    if (has_large(parameters)) options.cursorOptions = CURSOR_OPT_GENERIC_PLAN;
    const SPIPlanPtr plan = SPI_prepare_extended(text.c_str(), &options);
    for (int i = 0; i < count; ++i) {
      if (types->types[i] == InvalidOid || types->types[i] == UNKNOWNOID) types->types[i] = TEXTOID;
      prepared.writers[static_cast<std::size_t>(i)].prepare(types->types[i], -1, memory);
    }
    return Made{plan, types->types};
  });
  if (made.plan == nullptr) check_spi_result(SPI_result);
  prepared.plan = made.plan;
  prepared.types = made.types;
  for (const FieldWriter& writer : prepared.writers)
    prepared.pinned = prepared.pinned || writer.needs_pinned_settings();
  return prepared_.emplace(text, std::move(prepared)).first->second;
}

ParamListInfo Statements::bind(const Prepared& prepared, std::span<const Cell> parameters) {
  if (parameters.empty()) return nullptr;
  const auto bind_now = [&] {
    return pg_call([&] { return bind_parameters(prepared.types, prepared.writers, parameters, scratch_); });
  };
  if (!prepared.pinned) return bind_now();
  SettingsScope settings;
  settings.pin_value_text();
  return bind_now();
}

std::int64_t Statements::execute(std::string_view sql, std::span<const Cell> parameters) {
  Prepared& prepared = prepare(sql, parameters);
  const ParamListInfo list = bind(prepared, parameters);
  int result = 0;
  const std::int64_t processed = pg_call([&] {
    SPIExecuteOptions options{};
    options.params = list;
    options.read_only = read_only_;
    result = SPI_execute_plan_extended(prepared.plan, &options);
    if (SPI_tuptable != nullptr) SPI_freetuptable(SPI_tuptable);
    if (list != nullptr) pfree(list);
    return static_cast<std::int64_t>(SPI_processed);
  });
  check_spi_result(result);
  return processed;
}

std::unique_ptr<TableReader> Statements::query(std::string_view sql, std::span<const Cell> parameters,
                                               bool pinned) {
  Prepared& prepared = prepare(sql, parameters);
  const ParamListInfo list = bind(prepared, parameters);
  return open_query(prepared.plan, list, read_only_, pinned);
}

std::unique_ptr<TableReader> Statements::query(std::string_view sql, std::span<const Oid> types,
                                               ParamListInfo list) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    const std::string text(sql);
    Prepared prepared;
    prepared.plan = pg_call([&] {
      return SPI_prepare(text.c_str(), static_cast<int>(types.size()), const_cast<Oid*>(types.data()));
    });
    if (prepared.plan == nullptr) check_spi_result(SPI_result);
    found = prepared_.emplace(text, std::move(prepared)).first;
  }
  return open_query(found->second.plan, list, read_only_);
}

}  // namespace whimbrel::pg
