// The heavy steps of the smoothed method. Arguments are checked by src/compute/smoothing.ts, not here.
#include <napi.h>

#include "bindings/async.h"
#include "bindings/bindings.h"
#include "core/hdbscan/hdbscan.h"
#include "core/smoothing/mean_shift.h"
#include "core/smoothing/principal.h"

namespace wikitag {
namespace {

/** The arguments that all functions share: ({data, rows, dims, threads}, number). */
struct Input {
  explicit Input(const Napi::CallbackInfo& info)
      : object(info[0].As<Napi::Object>()),
        data(object.Get("data").As<Napi::Float32Array>().Data()),
        rows(object.Get("rows").As<Napi::Number>().Uint32Value()),
        dims(object.Get("dims").As<Napi::Number>().Uint32Value()),
        threads(object.Get("threads").As<Napi::Number>().Uint32Value()),
        number(info[1].As<Napi::Number>().Uint32Value()) {}

  Napi::Object object;
  const float* data;
  size_t rows, dims, threads, number;
};

/** The shared arguments without what belongs to JavaScript, for use on another thread. */
struct Plain {
  explicit Plain(const Input& input)
      : data(input.data), rows(input.rows), dims(input.dims), threads(input.threads), number(input.number) {}
  const float* data;
  size_t rows, dims, threads, number;
};

Napi::Value PrincipalRows(const Napi::CallbackInfo& info) {
  const Input input(info);
  const auto work = [x = Plain(input)] {
    Pool pool(x.threads);
    return principal(x.data, x.rows, x.dims, x.number, pool);
  };
  return PromiseWorker<std::vector<float>>::run(
      info.Env(), input.object, work,
      [](Napi::Env env, std::vector<float>& rows) { return to_typed_array<Napi::Float32Array>(env, rows); });
}

Napi::Value Blur(const Napi::CallbackInfo& info) {
  const Input input(info);
  const auto work = [x = Plain(input)] {
    Pool pool(x.threads);
    return blur(x.data, x.rows, x.dims, x.number, pool);
  };
  return PromiseWorker<Blurred>::run(info.Env(), input.object, work, [](Napi::Env env, Blurred& blurred) {
    Napi::Object out = Napi::Object::New(env);
    out.Set("rows", to_typed_array<Napi::Float32Array>(env, blurred.rows));
    out.Set("k", static_cast<double>(blurred.neighbours.k));
    out.Set("index", to_typed_array<Napi::Int32Array>(env, blurred.neighbours.index));
    out.Set("distance", to_typed_array<Napi::Float64Array>(env, blurred.neighbours.distance));
    return out;
  });
}

Napi::Value DensityLabels(const Napi::CallbackInfo& info) {
  const Input input(info);
  const auto work = [x = Plain(input)] {
    Pool pool(x.threads);
    HdbscanParams params;
    params.min_cluster_size = x.number;
    params.min_samples = 1;
    return hdbscan(x.data, x.rows, x.dims, params, pool).labels;
  };
  return PromiseWorker<std::vector<int32_t>>::run(
      info.Env(), input.object, work,
      [](Napi::Env env, std::vector<int32_t>& labels) { return to_typed_array<Napi::Int32Array>(env, labels); });
}

}  // namespace
}  // namespace wikitag

void RegisterSmoothing(Napi::Env env, Napi::Object exports) {
  exports.Set("smoothingPrincipal", Napi::Function::New(env, wikitag::PrincipalRows));
  exports.Set("smoothingBlur", Napi::Function::New(env, wikitag::Blur));
  exports.Set("smoothingLabels", Napi::Function::New(env, wikitag::DensityLabels));
}
