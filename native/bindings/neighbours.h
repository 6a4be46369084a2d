// Neighbours as JavaScript has them: {k, index, distance}.
#pragma once
#include <napi.h>

#include "bindings/async.h"
#include "core/distance/knn.h"

namespace wikitag {

inline Napi::Value pack_neighbours(Napi::Env env, Neighbours& result) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("k", static_cast<double>(result.k));
  out.Set("index", to_typed_array<Napi::Int32Array>(env, result.index));
  out.Set("distance", to_typed_array<Napi::Float64Array>(env, result.distance));
  return out;
}

/** A copy of neighbours that JavaScript owns. */
inline Neighbours unpack_neighbours(const Napi::Object& given, size_t n) {
  Neighbours out;
  out.n = n;
  out.k = given.Get("k").As<Napi::Number>().Uint32Value();
  const Napi::Int32Array index = given.Get("index").As<Napi::Int32Array>();
  const Napi::Float64Array distance = given.Get("distance").As<Napi::Float64Array>();
  out.index.assign(index.Data(), index.Data() + index.ElementLength());
  out.distance.assign(distance.Data(), distance.Data() + distance.ElementLength());
  return out;
}

}  // namespace wikitag
