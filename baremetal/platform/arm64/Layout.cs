// Structures that differ between the architectures, by the names that common code uses.
global using shared_info = Xen.Sys.Arm64.shared_info;
