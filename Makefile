# The PostgreSQL extension (PGXS), and the three words of a first visit: make demo, make test, make bench.
# The SQLite module, unit tests, fuzzers and micro benchmarks are built by CMakeLists.txt.

all:

.PHONY: demo test bench setup
demo test bench:
	@scripts/setup $@
	@scripts/$@ $(ARGS)
setup:
	@scripts/setup extension

PG_CONFIG := $(shell scripts/find-pg-config)
ifeq ($(PG_CONFIG),)

.PHONY: all install uninstall installcheck clean
all install uninstall installcheck:
	@echo "make: no PostgreSQL to build against (pg_config and its PGXS): run 'make setup', or name one with PG_CONFIG=" >&2
	@false
clean:
	rm -rf build

else

WHIMBREL_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" pg_ext/whimbrel.control)
PG_MAJOR := $(shell $(PG_CONFIG) --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
OUT := build/pg-$(PG_MAJOR)

EXTENSION = pg_ext/whimbrel
DATA = $(wildcard pg_ext/whimbrel--*--*.sql)
INSTALL_SCRIPT_SQL = pg_ext/whimbrel--$(WHIMBREL_VERSION).sql
DATA_built = $(INSTALL_SCRIPT_SQL)
MODULE_big = whimbrel
CORE_SOURCES = $(sort $(wildcard common/*.cpp common/*/*.cpp common/*/*/*.cpp))
HOST_SOURCES = $(sort $(wildcard pg_ext/*.cpp))
# The host for SQLite files, over libsqlite3; what only a loadable module needs stays out.
SQLITE_MODULE_SOURCES = $(addprefix sqlite_ext/,call.cpp entry_check.cpp module.cpp output.cpp register.cpp scalar.cpp \
  table_function.cpp value_function.cpp)
SQLITE_SOURCES = $(filter-out $(SQLITE_MODULE_SOURCES),$(sort $(wildcard sqlite_ext/*.cpp)))
HOST_C_SOURCES = $(sort $(wildcard pg_ext/*.c))
# The files of a directory are compiled as one, which takes half the time of a build from nothing; `make UNITY=`
# compiles each by itself. The host's stay apart: the server's headers define macros of many names.
UNITY ?= 1
CORE_DIRECTORIES = $(patsubst %/,%,$(sort $(dir $(CORE_SOURCES))))
ifeq ($(UNITY),)
CORE_UNITS = $(CORE_SOURCES)
SQLITE_UNITS = $(SQLITE_SOURCES)
else
CORE_UNITS = $(foreach directory,$(CORE_DIRECTORIES),unity/$(subst /,_,$(directory)).cpp)
SQLITE_UNITS = unity/sqlite_ext.cpp
UNIT_PLACE = $(OUT)/
UNIT_FLAGS := $(if $(findstring clang,$(shell $(CXX) --version)),,--param=large-unit-insns=1000000 -Wno-subobject-linkage)
endif
CORE_OBJECTS = $(CORE_UNITS:%.cpp=$(OUT)/%.o)
HOST_OBJECTS = $(HOST_SOURCES:%.cpp=$(OUT)/%.o)
SQLITE_OBJECTS = $(SQLITE_UNITS:%.cpp=$(OUT)/%.o)
HOST_C_OBJECTS = $(HOST_C_SOURCES:%.c=$(OUT)/%.o)
# A core that is there already (libcore.a of the CMake build), to link instead of compiling it again.
CORE_LIBRARY ?=
OBJS = $(if $(CORE_LIBRARY),,$(CORE_OBJECTS)) $(HOST_OBJECTS) $(SQLITE_OBJECTS) $(HOST_C_OBJECTS)

REGRESS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
REGRESS_OPTS = --inputdir=. --outputdir=$(OUT)/regress
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=$(OUT)/isolation

# Lines for backtraces and profiles, which cost the compiler less than everything of -g.
PG_CXXFLAGS = -std=c++20 -O2 -g1 -Wall -Wextra -Werror
SHLIB_LINK = $(CORE_LIBRARY) -lsqlite3 -lnettle -lz -lzstd -lstdc++ -lm -Wl,--version-script=pg_ext/exports.map
EXTRA_CLEAN = $(OUT)

# Bit code for the server's JIT is of no use for C++ that SQL calls once per statement.
override with_llvm := no
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
whimbrel.so: $(CORE_LIBRARY)

# $(call unit,FILES,DIRECTORY): all of them in one; made anew when the directory has other files.
define unit
$(OUT)/unity/$(subst /,_,$(2)).cpp: $(1) $(2) Makefile
	@mkdir -p $$(@D)
	printf '#include "%s"\n' $(1) > $$@
endef
$(foreach one,$(CORE_DIRECTORIES),$(eval $(call unit,$(wildcard $(one)/*.cpp),$(one))))
$(eval $(call unit,$(SQLITE_SOURCES),sqlite_ext))

# Three kinds of sources, three rules. The core sees its own headers only, and common/wall.h enforces it. The host sees
# the server's headers as system headers: their warnings are not ours.
OWN_CPPFLAGS = -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -I. -MMD -MP
$(CORE_OBJECTS): $(OUT)/%.o: $(UNIT_PLACE)%.cpp common/wall.h Makefile
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(UNIT_FLAGS) -fvisibility=hidden $(OWN_CPPFLAGS) -include common/wall.h -c $< -o $@
$(HOST_OBJECTS): $(OUT)/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(OWN_CPPFLAGS) -isystem $(includedir_server) -c $< -o $@
# SQLITE_CORE: linked functions instead of the table of pointers that SQLite hands to a module.
$(SQLITE_OBJECTS): $(OUT)/%.o: $(UNIT_PLACE)%.cpp $(OUT)/generated/tables_sql.h Makefile
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(UNIT_FLAGS) -fvisibility=hidden -DSQLITE_CORE $(OWN_CPPFLAGS) -I$(OUT)/generated -c $< -o $@
$(OUT)/pg_ext/sqlite_file.o: OWN_CPPFLAGS += -DSQLITE_CORE
$(OUT)/generated/tables_sql.h: common/tables.sql Makefile
	@mkdir -p $(@D)
	{ echo '// Made from common/tables.sql by the Makefile.'; echo '#pragma once'; echo 'namespace whimbrel {'; \
	  printf '%s' 'inline constexpr char kTablesSql[] = R"sql('; cat common/tables.sql; echo ')sql";'; \
	  echo '}  // namespace whimbrel'; } > $@.new && mv $@.new $@
$(HOST_C_OBJECTS): $(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(OWN_CPPFLAGS) -isystem $(includedir_server) -c $< -o $@
-include $(OBJS:.o=.d)

$(INSTALL_SCRIPT_SQL): common/tables.sql pg_ext/functions.sql pg_ext/whimbrel.control Makefile
	{ printf '%s\n\n' '\echo Use "CREATE EXTENSION whimbrel" to load this file. \quit'; \
	  cat common/tables.sql; echo; cat pg_ext/functions.sql; } > $@.new && mv $@.new $@

installcheck: | $(OUT)/regress $(OUT)/isolation
$(OUT)/regress $(OUT)/isolation:
	mkdir -p $@

endif
