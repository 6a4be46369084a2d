// What bindings share: work off the event loop that ends in a promise, and a flag to cancel it by.
#pragma once
#include <napi.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "core/support/pool.h"

namespace wikitag {

using CancelFlag = std::shared_ptr<std::atomic<bool>>;

/** The flag in a value made by the addon's createCancellation(); null for undefined. */
inline CancelFlag cancel_flag(const Napi::Value& value) {
  return value.IsUndefined() ? nullptr : *value.As<Napi::External<CancelFlag>>().Data();
}

/**
 * Runs `work` on a worker thread and settles a promise with what `pack` makes of its result on the main thread.
 * Exceptions reject the promise; Cancelled with code ABORTED. `keep` holds the input's memory meanwhile.
 */
template <class Result>
class PromiseWorker : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result()>;
  using Pack = std::function<Napi::Value(Napi::Env, Result&)>;

  static Napi::Value run(Napi::Env env, const Napi::Object& keep, Work work, Pack pack) {
    auto* worker = new PromiseWorker(env, keep, std::move(work), std::move(pack));
    const Napi::Promise promise = worker->deferred_.Promise();
    worker->Queue();  // deletes itself when done
    return promise;
  }

 private:
  PromiseWorker(Napi::Env env, const Napi::Object& keep, Work work, Pack pack)
      : Napi::AsyncWorker(env),
        deferred_(env),
        keep_(Napi::Persistent(keep)),
        work_(std::move(work)),
        pack_(std::move(pack)) {}

  void Execute() override {
    try {
      result_ = work_();
    } catch (const Cancelled& error) {
      cancelled_ = true;
      SetError(error.what());
    } catch (const std::bad_alloc&) {
      SetError("out of memory");
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }

  void OnOK() override { deferred_.Resolve(pack_(Env(), result_)); }

  void OnError(const Napi::Error& error) override {
    if (cancelled_) error.Set("code", Napi::String::New(Env(), "ABORTED"));
    deferred_.Reject(error.Value());
  }

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  Work work_;
  Pack pack_;
  Result result_{};
  bool cancelled_ = false;
};

/** A vector's numbers as a typed array of its own. */
template <class Array, class T>
Array to_typed_array(Napi::Env env, const std::vector<T>& values) {
  Array out = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

}  // namespace wikitag
