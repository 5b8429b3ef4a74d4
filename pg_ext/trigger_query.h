// Several statements that count as one: the triggers behind their rows wait for its end.
#pragma once

namespace whimbrel::pg {

void begin_trigger_query();
// Fires them. After an error the (sub)transaction has to be rolled back instead.
void end_trigger_query();

}  // namespace whimbrel::pg
