// The heavy steps of the smoothed method. Arguments are checked by src/compute/smoothing.ts, not here.
#include <napi.h>

#include "bindings/bindings.h"
#include "bindings/input.h"
#include "bindings/neighbours.h"
#include "core/smoothing/mean_shift.h"
#include "core/smoothing/principal.h"
#include "core/smoothing/refresh.h"

namespace wikitag {
namespace {

Napi::Value pack_rows(Napi::Env env, std::vector<float>& rows) { return to_typed_array<Napi::Float32Array>(env, rows); }

Napi::Value Principal(const Napi::CallbackInfo& info) {
  const Input input(info);
  const size_t wanted = info[1].As<Napi::Number>().Uint32Value();
  const auto work = [wanted, x = input.rows] {
    Pool pool(x.threads);
    return principal(x.data, x.count, x.dims, wanted, pool, x.cancelled.get());
  };
  return PromiseWorker<std::vector<float>>::run(info.Env(), input.object, work, pack_rows);
}

Napi::Value Shift(const Napi::CallbackInfo& info) {
  const Input input(info);
  const auto work = [near = unpack_neighbours(info[1].As<Napi::Object>(), input.rows.count), x = input.rows] {
    Pool pool(x.threads);
    return shift(x.data, x.count, x.dims, near, pool, x.cancelled.get());
  };
  return PromiseWorker<std::vector<float>>::run(info.Env(), input.object, work, pack_rows);
}

Napi::Value Refresh(const Napi::CallbackInfo& info) {
  const Input input(info);
  const auto work = [near = unpack_neighbours(info[1].As<Napi::Object>(), input.rows.count), x = input.rows] {
    Pool pool(x.threads);
    return refresh_neighbours(x.data, x.count, x.dims, near, pool, x.cancelled.get());
  };
  return PromiseWorker<Neighbours>::run(info.Env(), input.object, work, pack_neighbours);
}

}  // namespace
}  // namespace wikitag

void RegisterSmoothing(Napi::Env env, Napi::Object exports) {
  exports.Set("smoothingPrincipal", Napi::Function::New(env, wikitag::Principal));
  exports.Set("smoothingShift", Napi::Function::New(env, wikitag::Shift));
  exports.Set("smoothingRefresh", Napi::Function::New(env, wikitag::Refresh));
}
