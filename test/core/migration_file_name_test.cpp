#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/migration/file_name.h"
#include "common/migration/version_index.h"

namespace whimbrel {
namespace {

TEST(MigrationFileName, VersionAndDescription) {
  const auto parts = parse_file_name("003_add_tags.sql");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->version, "003");
  EXPECT_EQ(parts->description, "add tags");
  EXPECT_EQ(parse_file_name("20251013160000_x.SQL")->version, "20251013160000");
  EXPECT_EQ(parse_file_name("1.2-rc1_x.sql")->version, "1.2-rc1");
}

TEST(MigrationFileName, OtherSeparators) {
  const auto parts = parse_file_name("001-add-tags_now.sql");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->version, "001");
  EXPECT_EQ(parts->description, "add tags_now");
  EXPECT_EQ(parse_file_name("2026-11-20_x.sql")->version, "2026-11-20");
  EXPECT_EQ(parse_file_name("2008030300.sql")->version, "2008030300");
  EXPECT_EQ(parse_file_name("2008030300.sql")->description, "");
  EXPECT_EQ(parse_file_name("001 - Create: all tables.sql")->version, "001");
  EXPECT_EQ(parse_file_name("001 - Create: all tables.sql")->description, "Create: all tables");
  EXPECT_EQ(parse_file_name("2026-11-20 add_tags.sql")->version, "2026-11-20");
  EXPECT_EQ(parse_file_name("2026-11-20 add_tags.sql")->description, "add_tags");
  EXPECT_EQ(parse_file_name("001_add tags.sql")->description, "add tags");
}

TEST(MigrationFileName, TimesInParts) {
  const auto parts = parse_file_name("2014_10_12_000000_create_users.sql");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->version, "20141012000000");
  EXPECT_EQ(parts->description, "create users");
  EXPECT_EQ(parse_file_name("2014_10_12_235959.sql")->version, "20141012235959");
  EXPECT_EQ(parse_file_name("2014_10_12_users.sql")->version, "20141012000000");
  EXPECT_EQ(parse_file_name("2014_10_12_users.sql")->description, "users");
  EXPECT_EQ(parse_file_name("2014_10_12_2000_users.sql")->description, "2000 users");
  EXPECT_EQ(parse_file_name("2024-01-31-120000_x.sql")->version, "2024-01-31-120000");
  for (const std::string name : {"2014_13_12_000000_x", "2014_10_32_x", "2014_1_12_x", "2014_10_120_x",
                                 "2014_10-12_x", "2014_10_12x", "2014_x"})
    EXPECT_EQ(parse_file_name(name + ".sql")->version, "2014") << name;
  EXPECT_FALSE(parse_file_name("2014_10_12_000000_.sql"));
}

TEST(MigrationFileName, NamesWithoutAVersion) {
  for (const std::string_view name : {"init.sql", "create_users.sql", "001_.sql", "_x.sql", ".sql",
                                      "0+1_x.sql", "001 .sql", "001 - .sql", " 1.sql", "001_x.txt"}) {
    EXPECT_FALSE(parse_file_name(name)) << name;
  }
}

TEST(MigrationFileName, NumbersOrderAsNumbersOfAnyLength) {
  EXPECT_LT(compare_versions("2", "10"), 0);
  EXPECT_LT(compare_versions("99999999999999999998", "99999999999999999999"), 0);
  EXPECT_EQ(compare_versions("1", "001"), 0);
  EXPECT_EQ(compare_versions("0", "000"), 0);
  EXPECT_GT(compare_versions("20251013160000", "42"), 0);
}

TEST(MigrationFileName, OthersOrderByDottedNumbersThenByBytes) {
  std::vector<std::string> versions = {"2", "1b", "10", "1a", "1", "1.10", "1.2", "1.2a", "1.2.1"};
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return compare_versions(a, b) < 0; });
  EXPECT_EQ(versions, (std::vector<std::string>{"1", "1a", "1b", "1.2", "1.2a", "1.2.1", "1.10", "2", "10"}));
  EXPECT_EQ(compare_versions("1.0", "1"), 0);
  EXPECT_EQ(compare_versions("1.02.0", "01.2"), 0);
  EXPECT_NE(compare_versions("1.0.1", "1.1"), 0);
}

TEST(MigrationFileName, KeysAreEqualWhereVersionsAre) {
  const std::vector<std::string> versions = {"0",    "00",  "1",    "001",    "1a",     "01a", "10",
                                             "a",    "1.0", "1.00", "1.0.1",  "1.00.1", "1.1", "1.01.0",
                                             "1.0a", "1..", ".1",   "1.0.0b", ""};
  for (const auto& a : versions)
    for (const auto& b : versions)
      EXPECT_EQ(version_key(a) == version_key(b), compare_versions(a, b) == 0) << a << " " << b;
}

// The index finds exactly what compare_versions() calls equal, as version_key() does.
TEST(VersionIndex, FindsEqualVersions) {
  const std::vector<std::string> parts = {"0",    "1",     "01",      "2",     "10",        "1.0",
                                          "1.10", "1.1",   "1.0.0",   "1.0.1", "a",         "1a",
                                          "01a",  "1-rc1", "1.0-rc1", "",      "2026-11-20"};
  VersionIndex index(parts.size());
  for (const std::string& one : parts) index.add(one);
  for (const std::string wanted : {"1", "001", "1.0", "1.1", "1.01", "10", "1.10", "a", "1a", "1.a", "0",
                                   "00", "", "1-rc1", "01-rc1", "1.0.0.0", "1.0.01", "3", "2026-11-20"}) {
    const auto first = std::find_if(parts.begin(), parts.end(), [&](const std::string& one) {
      return compare_versions(one, wanted) == 0;
    });
    const auto found = index.find(wanted);
    ASSERT_EQ(found.has_value(), first != parts.end()) << wanted;
    if (found) {
      EXPECT_EQ(*found, static_cast<std::size_t>(first - parts.begin())) << wanted;
      EXPECT_EQ(version_key(parts[*found]), version_key(wanted)) << wanted;
    }
  }
  EXPECT_FALSE(VersionIndex().find("1"));
}

}  // namespace
}  // namespace whimbrel
