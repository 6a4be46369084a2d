// hdbscan, neighbours and what belongs to them. Arguments are checked by src/compute/clustering.ts, not here.
#include <napi.h>

#include <string>

#include "bindings/bindings.h"
#include "bindings/input.h"
#include "bindings/neighbours.h"
#include "core/distance/finite.h"
#include "core/distance/kernel.h"
#include "core/distance/knn.h"
#include "core/graph/approximate_neighbours.h"
#include "core/hdbscan/hdbscan.h"

namespace wikitag {
namespace {

Napi::Value pack_hdbscan(Napi::Env env, HdbscanResult& result) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("labels", to_typed_array<Napi::Int32Array>(env, result.labels));
  out.Set("probabilities", to_typed_array<Napi::Float64Array>(env, result.probabilities));
  out.Set("outlierScores", to_typed_array<Napi::Float64Array>(env, result.outlier_scores));
  out.Set("persistence", to_typed_array<Napi::Float64Array>(env, result.persistence));
  Napi::Object timings = Napi::Object::New(env);
  for (const auto& [name, seconds] : result.timings) timings.Set(name, seconds);
  out.Set("approximate", result.approximate);
  out.Set("timings", timings);
  return out;
}

Napi::Value Hdbscan(const Napi::CallbackInfo& info) {
  Input input(info);
  const Napi::Object given = info[1].As<Napi::Object>();
  const auto text = [&](const char* name) { return given.Get(name).As<Napi::String>().Utf8Value(); };
  HdbscanParams params;
  params.min_cluster_size = given.Get("minClusterSize").As<Napi::Number>().Uint32Value();
  params.min_samples = given.Get("minSamples").As<Napi::Number>().Uint32Value();
  params.selection = text("selection") == "leaf" ? Selection::leaf : Selection::eom;
  params.allow_single_cluster = given.Get("allowSingleCluster").As<Napi::Boolean>().Value();
  params.ties = text("ties") == "rows" ? Ties::rows : Ties::content;
  params.stored_bytes = static_cast<size_t>(given.Get("storedBytes").As<Napi::Number>().Int64Value());
  params.exact_rows = given.Get("exactRows").As<Napi::Number>().Uint32Value();
  if (given.Get("neighbours").IsObject()) {
    const Napi::Object neighbours = given.Get("neighbours").As<Napi::Object>();
    params.known = neighbours.Get("index").As<Napi::Int32Array>().Data();
    params.known_k = neighbours.Get("k").As<Napi::Number>().Uint32Value();
    input.object.Set("neighbours", neighbours);  // kept alive with the rest
  }
  const auto work = [params, x = input.rows] {
    Pool pool(x.threads);
    return hdbscan(x.data, x.count, x.dims, params, pool, x.cancelled.get());
  };
  return PromiseWorker<HdbscanResult>::run(info.Env(), input.object, work, pack_hdbscan);
}

Napi::Value NearestNeighbours(const Napi::CallbackInfo& info) {
  const Input input(info);
  const size_t k = info[1].As<Napi::Number>().Uint32Value();
  const size_t exact_rows = info[2].As<Napi::Number>().Uint32Value();
  const auto work = [k, exact_rows, x = input.rows] {
    Pool pool(x.threads);
    return x.count > exact_rows ? approximate_neighbours(x.data, x.count, x.dims, k, pool, x.cancelled.get())
                                : nearest_neighbours(x.data, x.count, x.dims, k, pool, x.cancelled.get());
  };
  return PromiseWorker<Neighbours>::run(info.Env(), input.object, work, pack_neighbours);
}

Napi::Value RefineNeighbours(const Napi::CallbackInfo& info) {
  const Input input(info);
  const Napi::Int32Array candidates = info[1].As<Napi::Int32Array>();
  const size_t k = info[2].As<Napi::Number>().Uint32Value();
  input.object.Set("candidates", candidates);  // kept alive with the rest
  const size_t width = input.rows.count == 0 ? 0 : candidates.ElementLength() / input.rows.count;
  const auto work = [k, width, proposed = candidates.Data(), x = input.rows] {
    Pool pool(x.threads);
    return refine_neighbours(x.data, x.count, x.dims, proposed, width, k, pool, x.cancelled.get());
  };
  return PromiseWorker<Neighbours>::run(info.Env(), input.object, work, pack_neighbours);
}

Napi::Value InstructionSet(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), best_kernel().name);
}

/** (data): where the first number is that is not finite; -1 without any. At once: it costs a reading of the memory. */
Napi::Value FirstNotFinite(const Napi::CallbackInfo& info) {
  const Napi::Float32Array array = info[0].As<Napi::Float32Array>();
  return Napi::Number::New(info.Env(), static_cast<double>(first_not_finite(array.Data(), array.ElementLength())));
}

Napi::Value CreateCancellation(const Napi::CallbackInfo& info) {
  return Napi::External<CancelFlag>::New(info.Env(), new CancelFlag(std::make_shared<std::atomic<bool>>(false)),
                                         [](Napi::Env, CancelFlag* flag) { delete flag; });
}

Napi::Value Cancel(const Napi::CallbackInfo& info) {
  cancel_flag(info[0])->store(true);
  return info.Env().Undefined();
}

}  // namespace
}  // namespace wikitag

void RegisterClustering(Napi::Env env, Napi::Object exports) {
  exports.Set("hdbscan", Napi::Function::New(env, wikitag::Hdbscan));
  exports.Set("nearestNeighbours", Napi::Function::New(env, wikitag::NearestNeighbours));
  exports.Set("refineNeighbours", Napi::Function::New(env, wikitag::RefineNeighbours));
  exports.Set("instructionSet", Napi::Function::New(env, wikitag::InstructionSet));
  exports.Set("firstNotFinite", Napi::Function::New(env, wikitag::FirstNotFinite));
  exports.Set("createCancellation", Napi::Function::New(env, wikitag::CreateCancellation));
  exports.Set("cancel", Napi::Function::New(env, wikitag::Cancel));
}
