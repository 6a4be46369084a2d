// The layout of the map. Arguments are checked by src/compute/layout.ts, not here.
#include <napi.h>

#include "bindings/async.h"
#include "bindings/bindings.h"
#include "core/layout/layout.h"

namespace wikitag {
namespace {

/** ({index, distance, k, initial, threads, cancellation}) -> positions. */
Napi::Value LayOut(const Napi::CallbackInfo& info) {
  const Napi::Object input = info[0].As<Napi::Object>();
  const auto size = [&](const char* name) -> size_t { return input.Get(name).As<Napi::Number>().Uint32Value(); };
  const Napi::Int32Array index = input.Get("index").As<Napi::Int32Array>();
  const Napi::Float64Array distance = input.Get("distance").As<Napi::Float64Array>();
  const Napi::Float64Array initial = input.Get("initial").As<Napi::Float64Array>();
  Neighbours neighbours;
  neighbours.n = initial.ElementLength() / 2;
  neighbours.k = size("k");
  neighbours.index.assign(index.Data(), index.Data() + index.ElementLength());
  neighbours.distance.assign(distance.Data(), distance.Data() + distance.ElementLength());
  const auto work = [neighbours = std::move(neighbours), start = initial.Data(), threads = size("threads"),
                     flag = cancel_flag(input.Get("cancellation"))] {
    Pool pool(threads);
    return layout(fuzzy_graph(neighbours, pool), start, pool, flag.get());
  };
  return PromiseWorker<std::vector<double>>::run(
      info.Env(), input, work,
      [](Napi::Env env, std::vector<double>& at) { return to_typed_array<Napi::Float64Array>(env, at); });
}

}  // namespace
}  // namespace wikitag

void RegisterLayout(Napi::Env env, Napi::Object exports) {
  exports.Set("layOut", Napi::Function::New(env, wikitag::LayOut));
}
