// Changes of one JSON document at the places that a path leads to, for migrations of documents that stand in
// columns. Only what a change is about becomes other bytes: everything else, white space, numbers, order and
// duplicate keys, stays as it was written. What is to be changed but is not as the change needs it is an
// error; nothing is guessed.
#pragma once

#include <string_view>

#include "common/json/path.h"
#include "common/json/writer.h"

namespace whimbrel::document {

// A path for a change: from $ on, and without ~. Throws kInvalidArgument.
json::Path edit_path(std::string_view text);

// Each function writes the changed document to `out` and returns true; where nothing is to be changed it
// returns false and has written nothing. Throws kInvalidJson for a document that is none, kWrongType for one
// that cannot be changed so, with the path to the place.

// Gives the objects that the path's steps lead to their last member, with `value` (a JSON text), where they
// have none; null is a value. Objects on the way that are missing are made.
bool set_default(std::string_view document, const json::Path& path, std::string_view value,
                 json::Buffer& out);
// The member at the end of the path gets another name, in its place. kWrongType when the object has that name
// already.
bool rename_member(std::string_view document, const json::Path& path, std::string_view name,
                   json::Buffer& out);
// The members or elements at the end of the path go.
bool remove(std::string_view document, const json::Path& path, json::Buffer& out);
// The object at the end of the path becomes an array of its members' values, objects too, each with its own
// name as the first member `key`.
bool object_to_entries(std::string_view document, const json::Path& path, std::string_view key,
                       json::Buffer& out);
// The way back: the array of objects becomes an object, each named by its member `key` (a string or an
// integer), which goes.
bool entries_to_object(std::string_view document, const json::Path& path, std::string_view key,
                       json::Buffer& out);

}  // namespace whimbrel::document
