// Fuzzes the forms of migration files: a set of names and texts is read, or refused by an Error, whichever
// tool it claims to be of, and what is read lies inside of the texts. The first letter chooses the form (a:
// the first of kFormNames; the last one: recognised), as a capital for SQLite; then names and texts take
// turns.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/migration/forms/forms.h"
#include "common/migration/source_form.h"
#include "test/core/fake_host.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::Form;
using whimbrel::Part;
using whimbrel::SourceFile;
using whimbrel::fuzz::expect;

void check(const whimbrel::Host& host, const SourceFile& file) {
  std::optional<Form> form;
  try {
    form.emplace(whimbrel::read_form(host, file));
  } catch (const whimbrel::Error&) {
    return;
  }
  for (const Part& part : form->parts) {
    expect(part.offset <= part.text.size() && part.length <= part.text.size() - part.offset,
           "a part lies in its text");
    expect(part.sql().size() == part.length, "a part is as long as it says");
  }
  const whimbrel::MigrationTexts texts = whimbrel::texts_of(*form);
  expect(!form->has_down || texts.down.has_value(), "a down part is stored");
  expect(whimbrel::read_form(host, file).token_checksum == form->token_checksum,
         "the same text has the same checksum");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const bool sqlite = data[0] >= 'A' && data[0] <= 'Z';
  const std::size_t chosen = (data[0] + 256U - (sqlite ? 'A' : 'a')) % (whimbrel::kFormNames.size() + 1);
  std::optional<std::string> form;
  if (chosen < whimbrel::kFormNames.size()) form = std::string(whimbrel::kFormNames[chosen]);
  whimbrel::fake::FakeHost host;
  host.mutable_dialect().engine = sqlite ? "sqlite" : "postgresql";
  const std::vector<std::string> pieces = whimbrel::fuzz::pieces(whimbrel::fuzz::text_of(data + 1, size - 1));
  whimbrel::FileSet set;
  set.engine = host.dialect().engine;
  for (std::size_t i = 0; i + 1 < pieces.size(); i += 2) set.files.push_back({pieces[i], pieces[i + 1]});
  whimbrel::Source source;
  try {
    whimbrel::read_files(std::move(set), form, source);
  } catch (const whimbrel::Error&) {
    return 0;
  }
  for (const SourceFile& file : source.files) check(host, file);
  for (const SourceFile& file : source.baselines) check(host, file);
  for (const whimbrel::Callback& callback : source.callbacks) check(host, callback.file);
  return 0;
}
