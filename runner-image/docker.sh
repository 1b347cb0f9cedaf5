#!/bin/sh
# The docker command of runners without a GPU. It leaves `--gpus …` and `--device /dev/nvidia*` out of `docker run`,
# `docker create` and `docker compose run`, so that a workflow for a machine with a GPU runs on one without, and hands
# everything else to the real docker as it is. /usr/bin/docker is still the real one.
#
# Which flags take the next word as their value is from docker/cli v29 (cli/command/container/opts.go, run.go, create.go,
# cli/flags/options.go) and docker/compose v5 (cmd/compose/compose.go, run.go). A flag that is not listed takes none: a new
# one then ends the search early, and what follows the image is never mistaken for a flag of docker.
real=${REAL_DOCKER:-/usr/bin/docker}

# shellcheck disable=SC3013 # -ef is in dash, bash and busybox
if [ "$real" -ef "$0" ]; then
  printf 'docker: %s is this wrapper itself, and not the real docker\n' "$real" >&2
  exit 126
fi

# Whether a long flag, without its dashes, takes the next word.
long_takes_value() {
  case $scope in
    docker)
      case $1 in
        config | context | host | log-level | tlscacert | tlscert | tlskey) return 0 ;;
      esac
      ;;
    compose)
      case $1 in
        ansi | env-file | file | insecure-registry | parallel | profile | progress | project-directory | project-name | \
          workdir) return 0 ;;
      esac
      ;;
    compose-run)
      case $1 in
        cap-add | cap-drop | entrypoint | env | env-from-file | label | labels | name | publish | pull | user | volume | \
          volumes | workdir) return 0 ;;
      esac
      ;;
    run)
      case $1 in
        add-host | annotation | attach | blkio-weight | blkio-weight-device | cap-add | cap-drop | cgroup-parent | \
          cgroupns | cidfile | cpu-count | cpu-percent | cpu-period | cpu-quota | cpu-rt-period | cpu-rt-runtime | \
          cpu-shares | cpus | cpuset-cpus | cpuset-mems | detach-keys | device-cgroup-rule | device-read-bps | \
          device-read-iops | device-write-bps | device-write-iops | dns | dns-opt | dns-option | dns-search | \
          domainname | entrypoint | env | env-file | expose | group-add | health-cmd | health-interval | \
          health-retries | health-start-interval | health-start-period | health-timeout | hostname | io-maxbandwidth | \
          io-maxiops | ip | ip6 | ipc | isolation | kernel-memory | label | label-file | link | link-local-ip | \
          log-driver | log-opt | mac-address | memory | memory-reservation | memory-swap | memory-swappiness | mount | \
          name | net | net-alias | network | network-alias | oom-score-adj | pid | pids-limit | platform | publish | \
          pull | restart | runtime | security-opt | shm-size | stop-signal | stop-timeout | storage-opt | sysctl | \
          tmpfs | ulimit | user | userns | uts | volume | volume-driver | volumes-from | workdir) return 0 ;;
      esac
      ;;
  esac
  return 1
}

# Whether the last of some short flags, as in -itv, takes the next word.
short_takes_value() {
  case $scope in
    docker) valued=Hcl ;;
    compose) valued=fp ;;
    compose-run) valued=elpuvw ;;
    run) valued=acehlmpuvw ;;
    *) valued= ;;
  esac
  letters=$1
  while [ -n "$letters" ]; do
    rest=${letters#?}
    case $rest in
      =*) return 1 ;;
    esac
    case $valued in
      *"${letters%"$rest"}"*)
        # What follows it in its own word is its value.
        [ -z "$rest" ]
        return
        ;;
    esac
    letters=$rest
  done
  return 1
}

# What a word that is no flag leads to; after the image or another command nothing is docker's own flag.
enter() {
  case $scope in
    docker)
      case $1 in
        run | create) scope=run ;;
        container | compose) scope=$1 ;;
        *) scope=end ;;
      esac
      ;;
    container)
      case $1 in
        run | create) scope=run ;;
        *) scope=end ;;
      esac
      ;;
    compose)
      case $1 in
        run) scope=compose-run ;;
        *) scope=end ;;
      esac
      ;;
    *) scope=end ;;
  esac
}

scope=docker
value=
dropped=
left=$#
while [ "$left" -gt 0 ]; do
  word=$1
  shift
  left=$((left - 1))

  if [ -n "$value" ]; then
    value=
    set -- "$@" "$word"
    continue
  fi

  case $scope in
    run | compose-run)
      case $word in
        --gpus=*)
          dropped="$dropped --gpus"
          continue
          ;;
        --gpus)
          # Without a value it is a mistake, which docker tells.
          if [ "$left" -gt 0 ]; then
            shift
            left=$((left - 1))
            dropped="$dropped --gpus"
            continue
          fi
          ;;
        --device=/dev/nvidia*)
          dropped="$dropped --device"
          continue
          ;;
        --device)
          if [ "$left" -gt 0 ]; then
            case $1 in
              /dev/nvidia*)
                shift
                left=$((left - 1))
                dropped="$dropped --device"
                continue
                ;;
            esac
          fi
          value=next
          ;;
      esac
      ;;
  esac

  if [ "$scope" != end ]; then
    case $word in
      --) scope=end ;;
      --*=*) ;;
      --*) if long_takes_value "${word#--}"; then value=next; fi ;;
      -?*) if short_takes_value "${word#-}"; then value=next; fi ;;
      *) enter "$word" ;;
    esac
  fi
  set -- "$@" "$word"
done

if [ -n "$dropped" ]; then
  printf 'docker: this runner has no GPU, left out:%s\n' "$dropped" >&2
fi
exec "$real" "$@"
