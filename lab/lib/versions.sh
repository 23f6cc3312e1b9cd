# shellcheck shell=bash
# All that depends on the version of Xen, in one place. A further version is a further case here
# (and, if it comes from another Debian release than the host's, a private apt in lib/packages.sh).

xen_version=${LAB_XEN:-4.17}

case $xen_version in
    4.17)
        debian_version=12
        debian_name=bookworm
        # The meta package: it leads to the kernel that the archive has now, so no point version is pinned.
        kernel_meta=linux-image-amd64
        hypervisor_package=xen-hypervisor-4.17-amd64
        hypervisor_image=boot/xen-4.17-amd64.gz
        xen_packages='xen-utils-4.17 xen-utils-common xenstore-utils'
        xen_bin=usr/lib/xen-4.17/bin
        ;;
    *)
        echo "lab: no Xen $xen_version here; known: 4.17" >&2
        exit 125
        ;;
esac
