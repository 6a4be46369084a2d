// The heavy steps of the smoothed method. Arguments are checked by src/compute/smoothing.ts, not here.
#include <napi.h>

#include "bindings/bindings.h"
#include "bindings/input.h"
#include "bindings/neighbours.h"
#include "core/linkage/neighbour_linkage.h"
#include "core/smoothing/canonical.h"
#include "core/smoothing/inner_products.h"
#include "core/smoothing/mean_shift.h"
#include "core/smoothing/principal.h"
#include "core/smoothing/refresh.h"

namespace wikitag {
namespace {

Napi::Value pack_rows(Napi::Env env, std::vector<float>& rows) { return to_typed_array<Napi::Float32Array>(env, rows); }

Napi::Value pack_canonical(Napi::Env env, CanonicalRows& found) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("canonicalOf", to_typed_array<Napi::Int32Array>(env, found.canonical_of));
  out.Set("copies", to_typed_array<Napi::Int32Array>(env, found.copies));
  return out;
}

Napi::Value Canonical(const Napi::CallbackInfo& info) {
  const Input input(info);
  Napi::Float32Array out = info[1].As<Napi::Float32Array>();
  input.object.Set("out", out);  // kept alive with the rest
  const auto work = [to = out.Data(), x = input.rows] {
    Pool pool(x.threads);
    return canonical_rows(x.data, x.count, x.dims, to, pool, x.cancelled.get());
  };
  return PromiseWorker<CanonicalRows>::run(info.Env(), input.object, work, pack_canonical);
}

/** (data, dims, pairs), at once. */
Napi::Value PairCosines(const Napi::CallbackInfo& info) {
  const Napi::Int32Array pairs = info[2].As<Napi::Int32Array>();
  const std::vector<double> cosines = pair_cosines(info[0].As<Napi::Float32Array>().Data(),
                                                   info[1].As<Napi::Number>().Uint32Value(), pairs.Data(),
                                                   pairs.ElementLength() / 2);
  return to_typed_array<Napi::Float64Array>(info.Env(), cosines);
}

/** (data, dims), at once. */
Napi::Value MeanRow(const Napi::CallbackInfo& info) {
  const Napi::Float32Array data = info[0].As<Napi::Float32Array>();
  const size_t dims = info[1].As<Napi::Number>().Uint32Value();
  return to_typed_array<Napi::Float64Array>(info.Env(), mean_of_rows(data.Data(), data.ElementLength() / dims, dims));
}

/** (data, dims, labels, groups), at once. */
Napi::Value GroupProducts(const Napi::CallbackInfo& info) {
  const Napi::Int32Array labels = info[2].As<Napi::Int32Array>();
  const std::vector<double> products =
      group_products(info[0].As<Napi::Float32Array>().Data(), labels.ElementLength(),
                     info[1].As<Napi::Number>().Uint32Value(), labels.Data(), info[3].As<Napi::Number>().Uint32Value());
  return to_typed_array<Napi::Float64Array>(info.Env(), products);
}

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

Napi::Value pack_merges(Napi::Env env, Merges& merges) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("left", to_typed_array<Napi::Int32Array>(env, merges.left));
  out.Set("right", to_typed_array<Napi::Int32Array>(env, merges.right));
  out.Set("height", to_typed_array<Napi::Float64Array>(env, merges.height));
  return out;
}

/** (input, index, k) */
Napi::Value NeighbourLinkage(const Napi::CallbackInfo& info) {
  const Input input(info);
  const Napi::Int32Array index = info[1].As<Napi::Int32Array>();
  input.object.Set("index", index);  // kept alive with the rest
  const auto work = [near = index.Data(), k = info[2].As<Napi::Number>().Uint32Value(), x = input.rows] {
    return neighbour_linkage(x.data, x.count, x.dims, near, k, x.cancelled.get());
  };
  return PromiseWorker<Merges>::run(info.Env(), input.object, work, pack_merges);
}

}  // namespace
}  // namespace wikitag

void RegisterSmoothing(Napi::Env env, Napi::Object exports) {
  exports.Set("canonicalRows", Napi::Function::New(env, wikitag::Canonical));
  exports.Set("pairCosines", Napi::Function::New(env, wikitag::PairCosines));
  exports.Set("meanRow", Napi::Function::New(env, wikitag::MeanRow));
  exports.Set("groupProducts", Napi::Function::New(env, wikitag::GroupProducts));
  exports.Set("neighbourLinkage", Napi::Function::New(env, wikitag::NeighbourLinkage));
  exports.Set("smoothingPrincipal", Napi::Function::New(env, wikitag::Principal));
  exports.Set("smoothingShift", Napi::Function::New(env, wikitag::Shift));
  exports.Set("smoothingRefresh", Napi::Function::New(env, wikitag::Refresh));
}
