#include <gtest/gtest.h>

#include "common/transfer/secret_suspects.h"

namespace whimbrel {
namespace {

TEST(SecretSuspects, NamesOfColumns) {
  for (const char* name : {"password", "user_password", "passwordHash", "apiKey", "API_KEY", "OPENAI_API_KEY",
                           "access-token", "clientSecret", "secret2", "private_key", "credentials"})
    EXPECT_TRUE(is_secret_name(name)) << name;
  for (const char* name :
       {"", "id", "key", "max_tokens", "tokens", "tokenizer", "secretary", "monkey", "pass", "keyboard_api"})
    EXPECT_FALSE(is_secret_name(name)) << name;
}

TEST(SecretSuspects, Content) {
  EXPECT_EQ(secret_in("-----BEGIN RSA PRIVATE KEY-----\nMII"), "a private key");
  EXPECT_EQ(secret_in("{\"key\": \"sk-abcdefghijklmnopqrstuvwx\"}"), "an API key");
  EXPECT_EQ(secret_in("x AKIAIOSFODNN7EXAMPLE"), "an access key");
  EXPECT_EQ(secret_in("$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"), "a password hash");
  EXPECT_EQ(secret_in("task-abcdefghijklmnopqrstuvwxyz"), "");
  EXPECT_EQ(secret_in("sk-short"), "");
  EXPECT_EQ(secret_in("the ghp_ prefix"), "");
  EXPECT_EQ(secret_in("see postgres://app:hunter2@db/app"), "a URL with a password");
  EXPECT_EQ(secret_in("postgres://app@db:5432/app"), "");
  EXPECT_EQ(secret_in("postgres://app:***@db/app, https://a.example:80/@x"), "");
  EXPECT_EQ(secret_in("postgres://app:${PASSWORD}@db/app"), "");
  EXPECT_EQ(secret_in("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln"), "a token");
  for (const char* text :
       {"Server=db;User Id=app;Password=hunter2", "host=db user=app password='hunter2' dbname=x",
        "https://a.example/login?user=app&pwd=hunter2", "{\"dsn\": \"UID=app;PWD=hunter2\"}"})
    EXPECT_EQ(secret_in(text), "a connection string with a password") << text;
  for (const char* text :
       {"password=hunter2", "a=1;password=***", "a=1;password=${PASSWORD}",
        "a=1;password=", "a=1; the_password=hunter2", "a=1;passwords=many", "if (x == 1) password=="})
    EXPECT_EQ(secret_in(text), "") << text;
  EXPECT_EQ(secret_in(""), "");
}

}  // namespace
}  // namespace whimbrel
