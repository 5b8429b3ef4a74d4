// Text search: parsers, templates, dictionaries, configurations.
#include "common/schema/postgresql/clauses.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

constexpr Clause kParserClauses[] = {{"start", "START"},
                                     {"gettoken", "GETTOKEN"},
                                     {"end", "END"},
                                     {"headline", "HEADLINE"},
                                     {"lextypes", "LEXTYPES"}};
constexpr Clause kTemplateClauses[] = {{"init", "INIT"}, {"lexize", "LEXIZE"}};

void write_parser(Writer& writer, const CatalogObject& parser) {
  writer.statement(
      "CREATE TEXT SEARCH PARSER " + parser.identity + " (" + clauses(parser, kParserClauses) + ")", parser);
}

void write_template(Writer& writer, const CatalogObject& object) {
  writer.statement(
      "CREATE TEXT SEARCH TEMPLATE " + object.identity + " (" + clauses(object, kTemplateClauses) + ")",
      object);
}

void write_dictionary(Writer& writer, const CatalogObject& dictionary) {
  std::string sql = "CREATE TEXT SEARCH DICTIONARY " + dictionary.identity;
  sql.append(" (TEMPLATE = ").append(dictionary.get("template"));
  if (dictionary.has("options")) sql.append(", ").append(dictionary.get("options"));
  writer.statement(sql + ")", dictionary);
}

void write_configuration(Writer& writer, const CatalogObject& configuration) {
  const std::string named = "TEXT SEARCH CONFIGURATION " + configuration.identity;
  writer.statement("CREATE " + named + " (PARSER = " + std::string(configuration.get("parser")) + ")",
                   configuration);
  std::string_view lines = configuration.get("mappings");
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    writer.statement("ALTER " + named + " ADD MAPPING FOR " + std::string(line), configuration);
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
}

}  // namespace

std::span<const KindWriter> text_search_writers() {
  static constexpr KindWriter kWriters[] = {
      {"text search parser", 110, "TEXT SEARCH PARSER", write_parser},
      {"text search template", 112, "TEXT SEARCH TEMPLATE", write_template},
      {"text search dictionary", 114, "TEXT SEARCH DICTIONARY", write_dictionary},
      {"text search configuration", 116, "TEXT SEARCH CONFIGURATION", write_configuration}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
