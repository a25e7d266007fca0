# The controller's image: built with the SDK, precompiled (ReadyToRun), on a base without a shell and as a user without rights.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Canary.Core/Canary.Core.csproj src/Canary.Core/
COPY src/Canary.Engine/Canary.Engine.csproj src/Canary.Engine/
COPY src/Canary.Http/Canary.Http.csproj src/Canary.Http/
COPY src/Canary.Kubernetes/Canary.Kubernetes.csproj src/Canary.Kubernetes/
COPY src/Canary.Providers/Canary.Providers.csproj src/Canary.Providers/
COPY src/Canary.Controller/Canary.Controller.csproj src/Canary.Controller/
RUN dotnet restore src/Canary.Controller -r linux-x64 -p:PublishReadyToRun=true
COPY src/ src/
# There is no clone here to take the version from.
ARG VERSION=
RUN dotnet publish src/Canary.Controller -c Release -r linux-x64 --self-contained false --no-restore -p:PublishReadyToRun=true \
    -p:MinVerVersionOverride="$VERSION" -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
USER 1654:1654
EXPOSE 8080
ENTRYPOINT ["/app/canary-controller"]
CMD ["run"]
