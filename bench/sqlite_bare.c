/* What SQLite's C interface alone costs: the measure for the module's export and import.
 *
 *   sqlite_bare export SOURCE TABLE FILE     one loop of sqlite3_step and a plain JSON writer
 *   sqlite_bare import SOURCE TABLE TARGET   rows of SOURCE into the same table of TARGET: one loop of bind
 * and step in one transaction sqlite_bare step SOURCE TABLE            stepping alone; every value is touched
 *   sqlite_bare copy SOURCE TARGET           all tables into a new file by the same loop, then the indexes
 *
 * No digest, no checks, nothing but the loops.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 1 << 20 };
static char buffer[BUFFER + 64];
static size_t used;
static FILE* out;

static void fail(const char* what) {
  fprintf(stderr, "sqlite_bare: %s\n", what);
  exit(1);
}

static void flush_out(void) {
  if (fwrite(buffer, 1, used, out) != used) fail("cannot write");
  used = 0;
}

static void put(const char* bytes, size_t size) {
  while (size > 0) {
    size_t part = size < BUFFER - used ? size : BUFFER - used;
    memcpy(buffer + used, bytes, part);
    used += part;
    bytes += part;
    size -= part;
    if (used == BUFFER) flush_out();
  }
}

static void put_string(const char* text, size_t size) {
  put("\"", 1);
  size_t from = 0;
  for (size_t i = 0; i < size; ++i) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    put(text + from, i - from);
    char escaped[8];
    int length = c == '"' || c == '\\' ? snprintf(escaped, sizeof escaped, "\\%c", c)
                                       : snprintf(escaped, sizeof escaped, "\\u%04x", c);
    put(escaped, (size_t)length);
    from = i + 1;
  }
  put(text + from, size - from);
  put("\"", 1);
}

static void put_integer(sqlite3_int64 value) {
  char text[24];
  char* at = text + sizeof text;
  unsigned long long rest = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
  do *--at = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0) *--at = '-';
  put(at, (size_t)(text + sizeof text - at));
}

static void put_value(sqlite3_stmt* statement, int column) {
  char text[32];
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      put_integer(sqlite3_column_int64(statement, column));
      break;
    case SQLITE_FLOAT:
      put(text, (size_t)snprintf(text, sizeof text, "%.17g", sqlite3_column_double(statement, column)));
      break;
    case SQLITE_TEXT: {
      const char* value = (const char*)sqlite3_column_text(statement, column);
      put_string(value, (size_t)sqlite3_column_bytes(statement, column));
      break;
    }
    case SQLITE_BLOB: {
      const unsigned char* value = sqlite3_column_blob(statement, column);
      int size = sqlite3_column_bytes(statement, column);
      put("\"", 1);
      for (int i = 0; i < size; ++i) {
        static const char digits[] = "0123456789abcdef";
        char pair[2] = {digits[value[i] >> 4], digits[value[i] & 15]};
        put(pair, 2);
      }
      put("\"", 1);
      break;
    }
    default:
      put("null", 4);
  }
}

static sqlite3* open_database(const char* path) {
  sqlite3* db;
  if (sqlite3_open(path, &db) != SQLITE_OK) fail(sqlite3_errmsg(db));
  return db;
}

static sqlite3_stmt* prepare(sqlite3* db, const char* format, const char* table) {
  char* sql = sqlite3_mprintf(format, table);
  sqlite3_stmt* statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) fail(sqlite3_errmsg(db));
  sqlite3_free(sql);
  return statement;
}

static void run_export(const char* source, const char* table, const char* path) {
  sqlite3* db = open_database(source);
  sqlite3_stmt* rows = prepare(db, "SELECT * FROM \"%w\"", table);
  int columns = sqlite3_column_count(rows);
  char** keys = malloc(sizeof(char*) * (size_t)columns);
  for (int i = 0; i < columns; ++i)
    keys[i] = sqlite3_mprintf("%c\"%s\":", i == 0 ? '{' : ',', sqlite3_column_name(rows, i));
  out = fopen(path, "wb");
  if (out == NULL) fail("cannot open the file");
  put("[\n", 2);
  for (int first = 1; sqlite3_step(rows) == SQLITE_ROW; first = 0) {
    if (!first) put(",\n", 2);
    for (int i = 0; i < columns; ++i) {
      put(keys[i], strlen(keys[i]));
      put_value(rows, i);
    }
    put("}", 1);
  }
  put("]\n", 2);
  flush_out();
  if (fclose(out) != 0) fail("cannot write");
  for (int i = 0; i < columns; ++i) sqlite3_free(keys[i]);
  free(keys);
  sqlite3_finalize(rows);
  sqlite3_close(db);
}

static void copy_value(sqlite3_stmt* from, sqlite3_stmt* to, int column) {
  switch (sqlite3_column_type(from, column)) {
    case SQLITE_INTEGER:
      sqlite3_bind_int64(to, column + 1, sqlite3_column_int64(from, column));
      break;
    case SQLITE_FLOAT:
      sqlite3_bind_double(to, column + 1, sqlite3_column_double(from, column));
      break;
    case SQLITE_TEXT: {
      const char* value = (const char*)sqlite3_column_text(from, column);
      sqlite3_bind_text(to, column + 1, value, sqlite3_column_bytes(from, column), SQLITE_STATIC);
      break;
    }
    case SQLITE_BLOB: {
      const void* value = sqlite3_column_blob(from, column);
      sqlite3_bind_blob(to, column + 1, value, sqlite3_column_bytes(from, column), SQLITE_STATIC);
      break;
    }
    default:
      sqlite3_bind_null(to, column + 1);
  }
}

static void run(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sqlite3_errmsg(db));
}

static void copy_rows(sqlite3* db, sqlite3* into, const char* table) {
  sqlite3_stmt* rows = prepare(db, "SELECT * FROM \"%w\"", table);
  int columns = sqlite3_column_count(rows);
  char* places = malloc((size_t)columns * 2 + 1);
  for (int i = 0; i < columns; ++i) memcpy(places + 2 * i, "?,", 3);
  places[2 * columns - 1] = '\0';
  char* insert_sql = sqlite3_mprintf("INSERT INTO \"%%w\" VALUES (%s)", places);
  sqlite3_stmt* insert = prepare(into, insert_sql, table);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (int i = 0; i < columns; ++i) copy_value(rows, insert, i);
    if (sqlite3_step(insert) != SQLITE_DONE) fail(sqlite3_errmsg(into));
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_finalize(rows);
  sqlite3_free(insert_sql);
  free(places);
}

static void run_import(const char* source, const char* table, const char* target) {
  sqlite3* db = open_database(source);
  sqlite3* into = open_database(target);
  run(into, "BEGIN");
  copy_rows(db, into, table);
  run(into, "COMMIT");
  sqlite3_close(into);
  sqlite3_close(db);
}

static void run_copy(const char* source, const char* target) {
  static const char* const parts[] = {"table", "index"};
  sqlite3* db = open_database(source);
  sqlite3* into = open_database(target);
  run(into, "BEGIN");
  for (int part = 0; part < 2; ++part) {
    sqlite3_stmt* objects =
        prepare(db,
                "SELECT name, sql FROM sqlite_schema WHERE type = '%w' AND sql IS NOT NULL AND"
                " name NOT LIKE 'sqlite%%' ORDER BY rowid",
                parts[part]);
    while (sqlite3_step(objects) == SQLITE_ROW) {
      run(into, (const char*)sqlite3_column_text(objects, 1));
      if (part == 0) copy_rows(db, into, (const char*)sqlite3_column_text(objects, 0));
    }
    sqlite3_finalize(objects);
  }
  run(into, "COMMIT");
  sqlite3_close(into);
  sqlite3_close(db);
}

static void run_step(const char* source, const char* table) {
  sqlite3* db = open_database(source);
  sqlite3_stmt* rows = prepare(db, "SELECT * FROM \"%w\"", table);
  int columns = sqlite3_column_count(rows);
  unsigned long long seen = 0;
  while (sqlite3_step(rows) == SQLITE_ROW)
    for (int i = 0; i < columns; ++i) seen += (unsigned)sqlite3_column_type(rows, i);
  printf("%llu\n", seen);
  sqlite3_finalize(rows);
  sqlite3_close(db);
}

int main(int count, char** arguments) {
  const char* job = count > 1 ? arguments[1] : "";
  if (count == 5 && strcmp(job, "export") == 0)
    run_export(arguments[2], arguments[3], arguments[4]);
  else if (count == 5 && strcmp(job, "import") == 0)
    run_import(arguments[2], arguments[3], arguments[4]);
  else if (count == 4 && strcmp(job, "copy") == 0)
    run_copy(arguments[2], arguments[3]);
  else if (count == 4 && strcmp(job, "step") == 0)
    run_step(arguments[2], arguments[3]);
  else
    fail(
        "usage: export SOURCE TABLE FILE | import SOURCE TABLE TARGET | step SOURCE TABLE | copy SOURCE "
        "TARGET");
  return 0;
}
