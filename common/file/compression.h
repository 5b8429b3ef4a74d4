// The compressed forms of a file: which there are, by name and by content, and writing one as a stream. What
// the bytes mean is nobody's business here.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "common/json/source.h"

namespace whimbrel {

enum class Compression : std::uint8_t { none, gzip, zstd };

// ".gz", ".zst", or "" for none.
std::string_view compression_suffix(Compression compression);
// What the end of a file's name says.
Compression compression_of_name(std::string_view name);
// What the first bytes of a file say; four are enough.
Compression compression_of_content(std::string_view start);

// Compresses into a sink, in constant memory. Both formats are sequences of frames (gzip: members) that are
// complete by themselves; a reader sees one content.
class Compressor {
 public:
  virtual ~Compressor() = default;
  virtual void write(std::string_view bytes) = 0;
  // Hands everything written so far to the sink; what follows is a frame of its own. Nothing when the frame
  // is empty. Needed once at the end.
  virtual void end_frame() = 0;
  // Forgets the frame that is not ended; what of it went to the sink is the caller's to take back.
  virtual void abandon_frame() = 0;
};

// `sink` must outlive it. Not for Compression::none.
std::unique_ptr<Compressor> make_compressor(Compression compression, ByteSink& sink);

}  // namespace whimbrel
