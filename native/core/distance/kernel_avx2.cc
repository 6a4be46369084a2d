#if defined(__x86_64__)
#include "core/distance/kernel_tile.h"

namespace wikitag {

const Kernel avx2_kernel = {"avx2", 6, Tile<8, 6>::nr, Tile<8, 6>::product, Tile<8, 6>::to_squared_distances};

}  // namespace wikitag
#endif
