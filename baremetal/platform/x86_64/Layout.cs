// Structures that differ between the architectures, by the names that common code uses.
global using shared_info = Xen.Sys.X86_64.shared_info;
