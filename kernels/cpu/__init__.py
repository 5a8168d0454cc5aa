"""The compiled CPU kernels: `kernels.cpp` made into a library on the machine where it runs, and called by ctypes."""
