package dev.jacquard.opencl.binding;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.jocl.NativePointerObject;

/**
 * JOCL's objects of one kind by their native pointers, which are the handles of {@link ClApi}: JOCL
 * cannot make an object of a pointer.
 */
final class JoclHandles<T extends NativePointerObject> {
  private final Map<Long, T> objects = new ConcurrentHashMap<>();

  /** Keeps an object, in place of an equal one. */
  long add(T object) {
    long handle = object.getNativePointer();
    objects.put(handle, object);
    return handle;
  }

  /**
   * The object of a handle.
   *
   * @return null if there is none: OpenCL then answers which kind of object is not valid
   */
  T get(long handle) {
    return objects.get(handle);
  }

  /**
   * Releases an object and forgets it, unless OpenCL refuses.
   *
   * @return OpenCL's status
   */
  int release(long handle, ToIntFunction<T> function) {
    // First forgotten: once it is released, another thread may be given the same pointer.
    T object = objects.remove(handle);
    int status = function.applyAsInt(object);
    if (status != ClStatus.SUCCESS && object != null) {
      objects.put(handle, object);
    }
    return status;
  }

  /** How many are kept. */
  int count() {
    return objects.size();
  }
}
