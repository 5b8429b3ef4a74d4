#include "common/schema/postgresql/drops.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace whimbrel::postgresql {

namespace {

class Drops {
 public:
  Drops(Writer& writer, const std::vector<Step>& steps) : writer_(writer), steps_(steps) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i].kind == StepKind::create) made_at_.emplace(steps[i].about, i);
    for (const CatalogObject& object : writer.index().catalog().objects)
      for (const CatalogObject* needed : writer.index().needs(object))
        if (needed->has("owned_by") && whole_of(&object) != owner_of_sequence(*needed))
          shared_.insert(needed);
  }

  void write() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) write(*step);
  }

 private:
  void write(const Step& step) {
    const CatalogObject& object = *step.about;
    const CatalogObject* owner = writer_.owner_of(object);
    const bool domain = owner != nullptr && owner->kind == "domain";
    if (object.kind == "default privileges") {
      if (writer_.options().privileges) write_default_privileges_reset(writer_, object);
    } else if (step.kind == StepKind::owned_by && shared_.contains(&object)) {
      writer_.statement("ALTER SEQUENCE IF EXISTS " + object.identity + " OWNED BY NONE", object);
    } else if (step.kind == StepKind::column_default || (step.kind == StepKind::check && domain)) {
      // No statement takes these away from what may not be there: they go with the function that they call.
      const auto needs = writer_.index().needs(object);
      called_.insert(needs.begin(), needs.end());
    } else if (is_constraint_of_table(object)) {
      if (object.get("type") == "foreign key" || outlives_needed(object))
        writer_.statement("ALTER TABLE IF EXISTS " + owner->identity + " DROP CONSTRAINT IF EXISTS " +
                              std::string(part_name(object, *owner)),
                          object);
    } else if (step.kind == StepKind::create && is_dropped(object)) {
      drop(object);
    }
  }

  bool is_constraint_of_table(const CatalogObject& object) const {
    return object.kind == "constraint" && writer_.owner_of(object)->kind != "domain";
  }

  bool is_dropped(const CatalogObject& object) const {
    if (object.kind == "schema" || object.kind == "extension" || is_external(object)) return false;
    if (object.has("owned_by")) return shared_.contains(&object);
    // No server goes before its user mappings.
    return object.owner.empty() || object.kind == "user mapping" ||
           (object.kind != "constraint" && outlives_needed(object));
  }

  // Whether something that it needs is dropped before the table that it would go with.
  bool outlives_needed(const CatalogObject& object) const {
    const auto owner = made_at_.find(writer_.owner_of(object));
    if (owner == made_at_.end() || object.has("inherited") || object.has("attached_to")) return false;
    const auto needs = writer_.index().needs(object);
    return std::any_of(needs.begin(), needs.end(), [&](const CatalogObject* needed) {
      needed = whole_of(needed);
      const auto at = needed == nullptr ? made_at_.end() : made_at_.find(needed);
      return at != made_at_.end() && at->second > owner->second && needed->owner.empty();
    });
  }

  const CatalogObject* whole_of(const CatalogObject* object) const {
    while (object != nullptr && object->part) object = writer_.owner_of(*object);
    return object;
  }

  const CatalogObject* owner_of_sequence(const CatalogObject& sequence) const {
    const CatalogObject* column = writer_.index().find("column " + std::string(sequence.get("owned_by")));
    return column == nullptr ? nullptr : whole_of(column);
  }

  void drop(const CatalogObject& object) {
    std::string reference = reference_to(writer_.index(), object);
    reference.insert(writer_of(object)->keyword.size(),
                     object.kind == "user mapping" ? " IF EXISTS FOR" : " IF EXISTS");
    // What is made by way of a dummy or a shell needs what needs it.
    const bool circle = writer_.dummies.contains(&object) || object.get("variety") == "base" ||
                        object.has("canonical") || (called_.contains(&object) && object.kind == "function");
    writer_.statement("DROP " + reference + (circle ? " CASCADE" : ""), object);
  }

  Writer& writer_;
  const std::vector<Step>& steps_;
  std::unordered_map<const CatalogObject*, std::size_t> made_at_;  // places in steps_
  std::unordered_set<const CatalogObject*> called_;
  // Sequences of a column that others use too, which stand when its table goes.
  std::unordered_set<const CatalogObject*> shared_;
};

}  // namespace

void write_drops(Writer& writer, const std::vector<Step>& steps) { Drops(writer, steps).write(); }

}  // namespace whimbrel::postgresql
