// The argument that most functions share: ({data, rows, dims, threads, cancellation}, …).
#pragma once
#include <napi.h>

#include "bindings/async.h"

namespace wikitag {

/** Rows to work on, without anything of JavaScript's: may be used on any thread while the object they came in is kept. */
struct Rows {
  const float* data;
  size_t count, dims, threads;
  CancelFlag cancelled;
};

struct Input {
  explicit Input(const Napi::CallbackInfo& info)
      : object(info[0].As<Napi::Object>()),
        // Data() of a typed array heeds its byte offset.
        rows{object.Get("data").As<Napi::Float32Array>().Data(), size("rows"), size("dims"), size("threads"),
             cancel_flag(object.Get("cancellation"))} {}

  Napi::Object object;
  Rows rows;

 private:
  size_t size(const char* name) const { return object.Get(name).As<Napi::Number>().Uint32Value(); }
};

}  // namespace wikitag
