// The checksums of other tools, against values that these tools themselves gave.
#include <gtest/gtest.h>

#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"
#include "common/text/sha.h"

namespace whimbrel {
namespace {

SourceFile file_of(std::string name, std::string version, std::string text) {
  SourceFile file;
  file.name = std::move(name);
  file.version = std::move(version);
  file.text = std::move(text);
  return file;
}

TEST(ForeignChecksum, Refinery) {
  EXPECT_EQ(refinery_checksum(file_of("V1__initial.sql", "1",
                                      "CREATE TABLE persons (\n    id int,\n    name varchar(255),\n"
                                      "    city varchar(255)\n);\n")),
            "2959965718684201605");
  EXPECT_EQ(refinery_checksum(file_of("V01__initial.sql", "01", "CREATE TABLE a (b int);\n")),
            "7454637087199827316");
  EXPECT_EQ(refinery_checksum(file_of("V1.2__initial.sql", "1.2", "")), "");
}

TEST(ForeignChecksum, Prisma) {
  EXPECT_EQ(text_sha256(file_of("20200102000000_tags/migration.sql", "20200102000000",
                                    "-- Umlaut ä\r\nCREATE TABLE tags (id int);\r\n")),
            "c7931f7f7b2a41561a40f91d8852050182f14b2510cf079108de094c2ffdcbc2");
}

TEST(ForeignChecksum, AtlasGoesOnFromFileToFile) {
  const SourceFile third = file_of(
      "3_partly.sql", "3",
      "-- add c3 column\nALTER TABLE t_sub ADD c3 int;\n-- add c4 column\nALTER TABLE t_sub ADD c4 int;");
  const SourceFile first = file_of("1.a_sub.up.sql", "1.a",
                                   "-- create table \"t_sub\"\nCREATE TABLE t_sub(c int);\n-- add c1 "
                                   "column\nALTER TABLE t_sub ADD c1 int;");
  const SourceFile second =
      file_of("2.10.x-20_description.sql", "2.10.x-20", "-- add c2 column\nALTER TABLE t_sub ADD c2 int;");
  std::vector<const SourceFile*> files = {&third, &first, &second};
  const std::vector<std::string> expected = {
      "nXyZR020M/mH7LxkoTkJr7BcQkipVg90imQ9I4595dw=", "wQB3Vh3PHVXQg9OD3Gn7TBxbZN3r1Qb7TtAE1g3q9mQ=",
      "lHlMz6mEvBfvjry5lFXjs2vi6Et9xb9CWicaOXD42Qc="};
  EXPECT_EQ(atlas_checksums(files), expected);
  EXPECT_EQ(files.front(), &first);
}

TEST(ForeignChecksum, AtlasWithFilesThatAreLeftOut) {
  const SourceFile one = file_of("1_a.sql", "1", "SELECT 1;");
  const SourceFile other = file_of("2_b.sql", "2", "-- atlas:sum ignore\nSELECT 2;");
  const SourceFile last = file_of("3_c.sql", "3", "SELECT 3;");
  std::vector<const SourceFile*> files = {&one, &other, &last};
  const std::vector<std::string> checksums = atlas_checksums(files);
  EXPECT_FALSE(checksums[0].empty());
  EXPECT_EQ(checksums[1] + checksums[2], "");
}

TEST(ForeignChecksum, Digests) {
  EXPECT_TRUE(is_digest_hex(sha384_hex("abc"), 48));
  EXPECT_FALSE(is_digest_hex("ABCD", 2));
}

}  // namespace
}  // namespace whimbrel
