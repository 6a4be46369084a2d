#if defined(__x86_64__)
#include "core/distance/kernel_tile.h"
#include "core/distance/quantised_tile.h"

namespace wikitag {

using FloatTile = Tile<8, 6>;
using GridTile = QuantisedTile<8, 6>;
const Kernel avx2_kernel = {"avx2", 6, FloatTile::nr, FloatTile::product, FloatTile::to_squared_distances,
                             GridTile::product, GridTile::to_codes, GridTile::below};

}  // namespace wikitag
#endif
