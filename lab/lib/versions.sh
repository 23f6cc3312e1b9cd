# shellcheck shell=bash
# All that depends on the version of Xen and on the architecture, in one place. A further version is a further word in
# $known_xen and a further case here.

known_xen='4.17 4.20'
default_xen=4.17

# select_xen VERSION [ARCHITECTURE]: sets what the other parts need to know of that Xen, and where its cache is. Scripts
# call it once they have read their command line.
select_xen() {
    xen_version=$1
    select_architecture "${2:-x86_64}"
    more_host_tools='' make_options=()
    case $xen_version in
        4.17) suite=bookworm ;;
        4.20)
            suite=trixie
            more_host_tools='zstd:zstd'   # its kernel is compressed with that
            # Debian 12's compiler is not the one that built this kernel: it lacks -fmin-function-alignment (the other
            # way to align functions is taken then), and pahole is not worth its libraries for type information.
            make_options=(CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT= CONFIG_DEBUG_INFO_BTF_MODULES=)
            ;;
        *) die "no Xen '$xen_version' here; known: ${known_xen// /, }" ;;
    esac
    # The meta package: it leads to the kernel that the archive has now, so no point version is pinned.
    kernel_meta=linux-image-$debian_architecture
    hypervisor_package=xen-hypervisor-$xen_version-$debian_architecture
    hypervisor_image=boot/xen-$xen_version-$debian_architecture
    xen_packages="xen-utils-$xen_version xen-utils-common xenstore-utils"
    xen_lib=usr/lib/xen-$xen_version
    hvm_packages='qemu-system-xen qemu-system-data seabios ipxe-qemu'

    cache=$lab/.cache/xen-$xen_version   # everything fetched and built for this Xen
    [ "$architecture" = x86_64 ] || cache+=-$architecture
    root=$cache/root                     # the Debian packages, unpacked, never installed
}

select_architecture() { # select_architecture x86_64|arm64
    architecture=$1
    case $architecture in
        x86_64)
            debian_architecture=amd64
            libraries=lib/x86_64-linux-gnu   # in /usr
            loader_directory=lib64           # in /usr: where programs look for ld-linux-*
            kernel_file=vmlinux              # the kernel, in the cache
            ;;
        arm64)
            [ "$xen_version" = 4.17 ] || die "no Xen $xen_version for arm64 here; known: 4.17"
            debian_architecture=arm64
            libraries=lib/aarch64-linux-gnu
            loader_directory=lib
            kernel_file=Image
            ;;
        *) die "no architecture '$1' here; known: x86_64, arm64" ;;
    esac
}
