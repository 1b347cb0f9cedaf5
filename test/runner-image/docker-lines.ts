/** What is given to the wrapper, and what docker gets of it: the same where nothing is named. Words are apart by a blank. */
type Line = [given: string, passed?: string];

/** By what they show. */
export const LINES: Record<string, Line[]> = {
  "leaves --gpus out, in each spelling of its value": [
    ["run --gpus all i", "run i"],
    ["run --gpus=all i", "run i"],
    ["run --gpus 2 i", "run i"],
    ["run --gpus= i", "run i"],
    ["run --gpus device=0 i", "run i"],
    ["run --gpus=device=0 i", "run i"],
    ['run --gpus "device=0,1" i', "run i"],
    ['run --gpus="device=0,1",capabilities=utility i', "run i"],
    ["run --gpus 'all,capabilities=utility' i", "run i"],
    ["run --gpus driver=nvidia,count=-1 i", "run i"],
    ["run --gpus all --gpus=1 i", "run i"],
    ["run --rm -it --gpus all -e A=1 i sh", "run --rm -it -e A=1 i sh"],
    ["run --gpus all -- i sh", "run -- i sh"],
  ],
  "leaves --device with a device of NVIDIA out, in each spelling": [
    ["run --device /dev/nvidia0 i", "run i"],
    ["run --device=/dev/nvidia0 i", "run i"],
    ["run --device /dev/nvidia0:/dev/nvidia0 i", "run i"],
    ["run --device=/dev/nvidia0:/dev/nvidia1:rwm i", "run i"],
    ["run --device /dev/nvidiactl i", "run i"],
    ["run --device /dev/nvidia-uvm --device /dev/nvidia-uvm-tools i", "run i"],
    ["run --device=/dev/nvidia-modeset i", "run i"],
    ["run --device /dev/nvidia-caps/nvidia-cap1 i", "run i"],
    ["run --device /dev/fuse --device /dev/nvidia0 --device=/dev/kvm i", "run --device /dev/fuse --device=/dev/kvm i"],
  ],
  "does so for each command that makes a container": [
    ["create --gpus all i", "create i"],
    ["container run --gpus all i", "container run i"],
    ["container create --device=/dev/nvidia0 --gpus=all i", "container create i"],
    ["compose run --gpus all web", "compose run web"],
    ["compose run --gpus=all --device /dev/nvidia0 --rm web sh", "compose run --rm web sh"],
    ["compose -f a.yaml -p run run --gpus all web", "compose -f a.yaml -p run run web"],
    ["compose --file=a.yaml --profile run run --gpus all web", "compose --file=a.yaml --profile run run web"],
    [
      "create --name n --label a=b --gpus all -e CI=true -v /a:/b --entrypoint tail i -f /dev/null",
      "create --name n --label a=b -e CI=true -v /a:/b --entrypoint tail i -f /dev/null",
    ],
  ],
  "finds the command after docker's own flags": [
    ["-D run --gpus all i", "-D run i"],
    ["--debug --tls=false run --gpus all i", "--debug --tls=false run i"],
    ["--context run run --gpus all i", "--context run run i"],
    ["-c x run --gpus all i", "-c x run i"],
    ["-cx run --gpus all i", "-cx run i"],
    ["-H tcp://localhost:2376 --tlsverify run --gpus all i", "-H tcp://localhost:2376 --tlsverify run i"],
    ["-Htcp://localhost:2376 run --gpus all i", "-Htcp://localhost:2376 run i"],
    ["-DH run container run --gpus all i", "-DH run container run i"],
    ["--config /c -l debug container run --gpus all i", "--config /c -l debug container run i"],
    ["--host=x compose --ansi never run --gpus all web", "--host=x compose --ansi never run web"],
  ],
  "leaves what belongs to the container alone": [
    ["run i --gpus all"],
    ["run i --device /dev/nvidia0"],
    ["run i nvidia-smi --gpus=all"],
    ["run -- i --gpus all"],
    ["run -- --gpus all"],
    ["run --rm i sh -c run --gpus all"],
    ["compose run web --gpus all"],
    ["compose run --rm web run --gpus all"],
    ["run - --gpus all"],
    ["run --gpus all i --gpus all", "run i --gpus all"],
    ["run -- --gpus=all --device=/dev/nvidia0"],
    ["-- run --gpus all i"],
    ["container -- run --gpus all i"],
  ],
  "takes the value of another flag for what it is": [
    ["run -e --gpus all i"],
    ["run -e --gpus i --gpus all"],
    ["run --env --gpus=all i"],
    ["run --env=--gpus --rm i"],
    ["run -e=--gpus --rm i"],
    ["run --name --gpus i"],
    ["run -ite --gpus=all i"],
    ["run -iteA=1 --gpus=all i", "run -iteA=1 i"],
    ["run -it=false --gpus=all i", "run -it=false i"],
    ["run --rm=true --gpus=all i", "run --rm=true i"],
    ["run -v /dev/nvidia0:/dev/nvidia0 i"],
    ["run --volume=/dev/nvidia0:/dev/nvidia0 i"],
    ["run --mount type=bind,source=/dev/nvidia0,target=/x i"],
    ["run --device-cgroup-rule --gpus=all i"],
    ["run --device --gpus=all --gpus=1 i", "run --device --gpus=all i"],
    ["run --label --device=/dev/nvidia0 --device /dev/nvidia0 i", "run --label --device=/dev/nvidia0 i"],
    ["compose run -e --gpus=all web"],
    ["compose run --entrypoint --gpus web"],
    ["compose -f --gpus=all run web"],
  ],
  "leaves other flags and other devices alone": [
    ["run --device /dev/fuse i"],
    ["run --device=/dev/dri/renderD128 i"],
    ["run --device /dev/nvidi i"],
    ["run --device nvidia.com/gpu=all i"],
    ["run --runtime nvidia i"],
    ["run --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all i"],
    ["run --gpusx all i"],
    ["run -gpus all i"],
    ["run --cpus 2 i"],
    ["run --a-new-flag i --gpus all"],
  ],
  "leaves mistakes for docker to tell": [
    ["run --gpus"],
    ["run --device"],
    ["run --rm --gpus"],
    ["run -e"],
    ["run"],
    ["container"],
    ["compose"],
  ],
  "leaves other commands alone": [
    ["build --gpus all ."],
    ["buildx build --device /dev/nvidia0 ."],
    ["exec --gpus all c sh"],
    ["container exec --gpus all c"],
    ["container ls --filter --gpus=all"],
    ["compose up --gpus all"],
    ["compose exec web run --gpus all"],
    ["compose create --gpus all"],
    ["service create --gpus all i"],
    ["ps run --gpus all"],
    ["image run --gpus all"],
    ["--gpus all run i"],
    ["--gpus=all version"],
  ],
};

/** Flags of `docker run` and `docker create` with a value: cli/command/container/opts.go, run.go and create.go of docker/cli v29. */
export const VALUE_FLAGS = [
  ..."-a -e -h -l -u -w -p -v -c -m".split(" "),
  ...(
    "add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count " +
    "cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems detach-keys " +
    "device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops dns dns-opt dns-option dns-search " +
    "domainname entrypoint env env-file expose group-add health-cmd health-interval health-retries health-start-interval " +
    "health-start-period health-timeout hostname io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory label " +
    "label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness " +
    "mount name net net-alias network network-alias oom-score-adj pid pids-limit platform publish pull restart runtime " +
    "security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user userns uts volume volume-driver " +
    "volumes-from workdir"
  )
    .split(" ")
    .map((name) => `--${name}`),
  "--device",
];

/** And those without one. */
export const BOOLEAN_FLAGS = [
  ..."-d -i -t -P -q -it -itd".split(" "),
  ...(
    "detach disable-content-trust help init interactive no-healthcheck oom-kill-disable privileged publish-all quiet " +
    "read-only rm sig-proxy tty use-api-socket"
  )
    .split(" ")
    .map((name) => `--${name}`),
];

/** Flags before the command: cli/flags/options.go. The valued ones here get a value that is the name of a command. */
export const GLOBAL_FLAGS = {
  valued: "--config --context -c --host -H --log-level -l --tlscacert --tlscert --tlskey".split(" "),
  plain: "--debug -D --tls --tlsverify --help -h --tls=false --config=x -Hx".split(" "),
};

/** Flags between `compose` and its command: cmd/compose/compose.go of docker/compose v5. */
export const COMPOSE_FLAGS = {
  valued: (
    "--ansi --env-file --file -f --insecure-registry --parallel --profile --progress --project-directory --project-name -p " +
    "--workdir"
  ).split(" "),
  plain: "--all-resources --compatibility --dry-run --no-ansi --verbose --help -h --file=x -fx".split(" "),
};

/** Flags of `compose run`: cmd/compose/run.go. */
export const COMPOSE_RUN_FLAGS = {
  valued: (
    "--cap-add --cap-drop --entrypoint --env -e --env-from-file --label -l --labels --name --publish -p --pull --user -u " +
    "--volume -v --volumes --workdir -w"
  ).split(" "),
  plain: (
    "--build --detach -d --dry-run --interactive -i --no-deps --no-tty -T --quiet -q --quiet-build --quiet-pull " +
    "--remove-orphans --rm --service-ports -P --tty -t --use-aliases --user=x -ux -itT"
  ).split(" "),
};
