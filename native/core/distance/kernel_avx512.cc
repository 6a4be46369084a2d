#if defined(__x86_64__)
#include "core/distance/kernel_tile.h"
#include "core/distance/quantised_tile.h"

namespace wikitag {

using FloatTile = Tile<16, 12>;
using GridTile = QuantisedTile<16, 12>;
const Kernel avx512_kernel = {"avx512", 12, FloatTile::nr, FloatTile::product, FloatTile::to_squared_distances,
                             GridTile::product, GridTile::to_codes, GridTile::below};

}  // namespace wikitag
#endif
