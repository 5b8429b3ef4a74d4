#include "common/text/sha.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

// The vectors of FIPS 180-4's examples.
TEST(Sha, OneBlock) {
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha384_hex("abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
}

TEST(Sha, Nothing) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha, AskedForInBetween) {
  RunningSha256 running;
  running.add("a");
  const std::string first = running.so_far();
  EXPECT_EQ(first, running.so_far());
  running.add("bc");
  const std::string bytes = running.so_far();
  EXPECT_NE(bytes, first);
  EXPECT_EQ(bytes.substr(0, 4), "\xba\x78\x16\xbf");
}

}  // namespace
}  // namespace whimbrel
